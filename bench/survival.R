# R's side of bench/survival.bench.ts. Reads commands, a line each, until there are no more:
#   load <set> <rows> <covariates>   the columns that the benchmark wrote to <folder>/<set>
#   run <task> <set>                 answers with the elapsed milliseconds and a few numbers of the result
folder <- commandArgs(trailingOnly = TRUE)[1]
needed <- c("survival", "riskRegression", "prodlim")
missing <- needed[!needed %in% rownames(installed.packages())]
if (length(missing) > 0) {
  cat("missing", missing, "\n")
  quit()
}
suppressMessages({
  library(survival)
  library(riskRegression)
})
versions <- sapply(needed, function(name) as.character(packageVersion(name)))
cat("versions ", R.version.string, ", ", paste(names(versions), versions, collapse = ", "), "\n", sep = "")
flush(stdout())

sets <- new.env()
load_set <- function(set, n, k) {
  file <- file(file.path(folder, set), "rb")
  all <- matrix(readBin(file, "double", n * (5 + k), endian = "little"), nrow = n)
  close(file)
  d <- as.data.frame(all)
  names(d) <- c("time", "event", "group", "score", "risk", sprintf("x%d", seq_len(k)))
  assign(set, d, sets)
}
all_covariates <- function(d) reformulate(grep("^x", names(d), value = TRUE), quote(Surv(time, event)))

# Each as a user writes it; no interval and no contrast that the other side does not compute.
tasks <- list(
  "kaplan-meier" = function(d) survfit(Surv(time, event) ~ 1, d, conf.type = "none"),
  "log-rank" = function(d) survdiff(Surv(time, event) ~ group, d),
  "cox" = function(d) coxph(all_covariates(d), d, ties = "efron"),
  "cox-robust" = function(d) coxph(all_covariates(d), d, ties = "efron", robust = TRUE),
  "harrell" = function(d) concordance(Surv(time, event) ~ score, d, reverse = TRUE),
  "uno" = function(d) concordance(Surv(time, event) ~ score, d, reverse = TRUE, timewt = "n/G2"),
  "horizon" = function(d) Score(
    list(m = d$risk), formula = Surv(time, event) ~ 1, data = d, times = 365, metrics = c("AUC", "Brier"),
    cens.model = "km", null.model = TRUE, se.fit = TRUE, summary = "ipa", contrasts = FALSE
  )
)
result <- list(
  "kaplan-meier" = function(s) {
    at <- summary(s, times = 365)
    c(at$surv, at$std.err)
  },
  "log-rank" = function(s) c(s$chisq, s$exp),
  "cox" = function(f) c(coef(f), sqrt(diag(vcov(f)))),
  "cox-robust" = function(f) c(coef(f), sqrt(diag(vcov(f)))),
  "harrell" = function(k) c(k$concordance, sqrt(k$var)),
  "uno" = function(k) c(k$concordance, sqrt(k$var)),
  # Without the AUC's standard error: riskRegression 2022.11.28's is too small beyond 46,340 patients, where n²
  # leaves 32 bits (docs/benchmarks.md).
  "horizon" = function(s) {
    auc <- as.data.frame(s$AUC$score)
    brier <- subset(as.data.frame(s$Brier$score), model == "m")
    c(auc$AUC, brier$Brier, brier$se, brier$IPA)
  }
)

commands <- file("stdin", open = "r")
repeat {
  line <- readLines(commands, n = 1)
  if (length(line) == 0) break
  words <- strsplit(line, " ")[[1]]
  if (words[1] == "load") {
    load_set(words[2], as.numeric(words[3]), as.numeric(words[4]))
    cat("loaded\n")
  } else {
    d <- get(words[3], sets)
    gc()
    seconds <- system.time(value <- tasks[[words[2]]](d))[["elapsed"]]
    cat("took", 1000 * seconds, sprintf("%.17g", unname(result[[words[2]]](value))), "\n")
  }
  flush(stdout())
}
