# R's side of bench/discrimination.bench.ts. Reads commands, a line each, until there are no more:
#   load <set> <rows> <covariates>   the columns score and event that the benchmark wrote to <folder>/<set>
#   run <task> <set>                 answers with the elapsed milliseconds and a few numbers of the result
folder <- commandArgs(trailingOnly = TRUE)[1]
if (!"pROC" %in% rownames(installed.packages())) {
  cat("missing pROC\n")
  quit()
}
suppressMessages(library(pROC))
cat("versions ", R.version.string, ", pROC ", as.character(packageVersion("pROC")), "\n", sep = "")
flush(stdout())
set.seed(20261122)

sets <- new.env()
load_set <- function(set, n) {
  file <- file(file.path(folder, set), "rb")
  all <- matrix(readBin(file, "double", n * 2, endian = "little"), nrow = n)
  close(file)
  assign(set, data.frame(score = all[, 1], event = all[, 2]), sets)
}
# The direction and the levels are given, so that pROC need not look for them.
curve <- function(d) roc(d$event, d$score, levels = c(0, 1), direction = "<", quiet = TRUE)
# Cases and controls drawn together, as here.
bootstrap <- function(n) {
  function(d) ci.auc(curve(d), method = "bootstrap", boot.n = n, boot.stratified = FALSE, progress = "none")
}
tasks <- list("delong" = function(d) ci.auc(curve(d), method = "delong"))

commands <- file("stdin", open = "r")
repeat {
  line <- readLines(commands, n = 1)
  if (length(line) == 0) break
  words <- strsplit(line, " ")[[1]]
  if (words[1] == "load") {
    load_set(words[2], as.numeric(words[3]))
    cat("loaded\n")
  } else {
    d <- get(words[3], sets)
    draws <- sub("^bootstrap-", "", words[2])
    task <- if (draws == words[2]) tasks[[words[2]]] else bootstrap(as.numeric(draws))
    gc()
    seconds <- system.time(value <- task(d))[["elapsed"]]
    cat("took", 1000 * seconds, sprintf("%.17g", as.numeric(value)), "\n")
  }
  flush(stdout())
}
