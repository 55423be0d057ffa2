# What every script here shares: a case is an R call kept as text, evaluated as it stands, and its value as
# JSON. Run one as `Rscript <name>.R <folder>`; it writes <folder>/<file>.json for each of its files.
options(stringsAsFactors = FALSE, warn = 1)

target <- commandArgs(trailingOnly = TRUE)[1]
if (is.na(target)) stop("usage: Rscript <name>.R <folder to write to>")

#' One call of R.
#'
#' @param r     The call as text; several expressions are evaluated in turn and their values kept as a list.
#' @param input The columns that the estimator under test is given.
#' @param keep  What is kept of the value of `r`.
#' @param reads What `r` finds under a name of its own, beside datasets of packages and definitions.
case <- function(name, r, input, keep = identity, reads = list())
  list(name = name, r = r, input = input, keep = keep, reads = reads)

#' Writes <name>.json.
#'
#' @param definitions Names of the functions of definitions.R that the calls use.
#' @param relative    By how much a number may differ in another run, in units of its size: 1e-12 for what is
#'                    computed outright, 1e-9 behind an optimiser.
#' @param absolute    By how much it may differ all the same, for numbers that are zero but for rounding.
write_reference <- function(
    name, packages, cases, data = NULL, definitions = NULL, relative = 1e-12, absolute = 0) {
  versions <- sapply(packages, function(p) as.character(packageVersion(p)), simplify = FALSE)
  head <- list(
    generatedBy = R.version.string,
    packages = if (length(versions) > 0) versions else structure(list(), names = character()),
    data = data,
    definitions = if (!is.null(definitions)) I(sapply(definitions, source_of, USE.NAMES = FALSE)),
    repeatsWithin = c(relative = relative, absolute = absolute)
  )
  head <- head[!sapply(head, is.null)]
  lines <- sapply(cases, function(case) paste0("    ", json(evaluated(case))))
  text <- c(
    "{",
    paste0("  ", strings(names(head)), ": ", sapply(head, json), ","),
    "  \"cases\": [",
    paste(lines, collapse = ",\n"),
    "  ]",
    "}"
  )
  file <- file(file.path(target, paste0(name, ".json")), "wb")
  writeLines(text, file, useBytes = TRUE)
  close(file)
}

# Warnings that change no number kept here; any other ends the script. coxph.control() warns of an eps below
# its tolerance for Cholesky's decomposition, which stays at its default; prop.test() of its p-value.
harmless <- "tolerance should be < eps|Chi-squared approximation may be incorrect"

#' The function as it was evaluated, as text.
source_of <- function(name) paste(name, "<-", paste(deparse(get(name), width.cutoff = 100), collapse = "\n"))

evaluated <- function(case) {
  place <- list2env(case$reads, new.env(parent = globalenv()))
  values <- withCallingHandlers(
    lapply(parse(text = case$r), eval, place),
    warning = function(w) {
      if (!grepl(harmless, conditionMessage(w))) stop(case$name, ": ", conditionMessage(w))
      invokeRestart("muffleWarning")
    }
  )
  value <- if (length(values) == 1) values[[1]] else values
  list(name = case$name, r = case$r, input = lapply(case$input, column), expected = case$keep(value))
}

#' A list of numbers in JSON also when it has one.
column <- function(x) I(as.numeric(x))

#' JSON as test/reference/reference.ts reads it: NA and NULL are null, NaN and the infinities are strings, a
#' named vector is an object, a matrix a list of its rows, a vector of one a number unless it is kept by I().
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.matrix(x)) return(list_of(apply(x, 1, function(row) json(I(unname(row))))))
  if (!is.null(names(x))) return(object_of(as.list(x)))
  if (is.list(x)) return(list_of(sapply(x, json)))
  items <- if (is.character(x)) strings(x) else numbers(x)
  if (length(x) == 1 && !inherits(x, "AsIs")) items else list_of(items)
}

list_of <- function(items) paste0("[", paste(items, collapse = ","), "]")

object_of <- function(x) {
  if (length(x) == 0) return("{}")
  paste0("{", paste0(strings(names(x)), ":", sapply(x, json), collapse = ","), "}")
}

strings <- function(x) paste0("\"", gsub("\n", "\\n", gsub("([\"\\\\])", "\\\\\\1", x), fixed = TRUE), "\"")

#' The fewest digits, 15 to 17, that read back as the same number.
numbers <- function(x) {
  x <- as.numeric(x)
  text <- ifelse(x > 0, "\"Infinity\"", "\"-Infinity\"")
  text[is.na(x)] <- "null"
  text[is.nan(x)] <- "\"NaN\""
  finite <- is.finite(x)
  shortest <- sprintf("%.15g", x[finite])
  for (digits in 16:17) {
    differs <- as.numeric(shortest) != x[finite]
    shortest[differs] <- sprintf(paste0("%.", digits, "g"), x[finite][differs])
  }
  text[finite] <- shortest
  text
}

#' The rows of a data frame or list of columns for each level of a group, each again a list of columns.
by_group <- function(columns, group) unname(lapply(split(as.data.frame(columns), group), as.list))

#' A table of this folder: predicted risks, which are inputs, and columns that were made up.
read_table <- function(name) read.csv(file.path("tables", paste0(name, ".csv")))

sources <- c(
  lung = "survival::lung (Loprinzi et al. 1994, doi:10.1200/JCO.1994.12.3.601)",
  veteran = "survival::veteran (Kalbfleisch & Prentice 2002, doi:10.1002/9781118032985)",
  aml = "survival::aml (Miller 1997, Survival Analysis, ISBN 0-471-25218-2)",
  heart = "survival::heart (Crowley & Hu 1977, JASA 72, 27–36)",
  kidney = "survival::kidney (McGilchrist & Aisbett 1991, doi:10.2307/2532138)",
  gbsg = "survival::gbsg (Schumacher et al. 1994, doi:10.1200/JCO.1994.12.10.2086)",
  rotterdam = "survival::rotterdam (Royston & Altman 2013, doi:10.1186/1471-2288-13-33)",
  mgus2 = "survival::mgus2 (Kyle et al. 2002, doi:10.1056/NEJMoa01133202)",
  colon = "survival::colon (Moertel et al. 1990, doi:10.1056/NEJM199002083220602)",
  melanoma = "riskRegression::Melanoma (Drzewiecki et al. 1980)",
  asah = "pROC::aSAH (Turck et al. 2010, doi:10.1007/s00134-009-1641-y)"
)

#' Where data were published, as a sentence.
published <- function(..., also = "other inputs were made up")
  paste(c(paste0(c(...), ": ", sources[c(...)]), also), collapse = "; ")
