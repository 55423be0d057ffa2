# Stratified chart review: of a hospital, and of a cohort that is itself a sample.
source("cases.R")
suppressMessages(library(survey))

# Per stratum: reviewed charts by alert and truth, and how many it holds.
charts <- function(...) {
  rows <- list(...)
  part <- function(k, i) rep(rows[[k]][i], rows[[k]][3])
  list(
    h = unlist(lapply(seq_along(rows), function(k) rep(rows[[k]][4], rows[[k]][3]))),
    a = unlist(lapply(seq_along(rows), part, 1)), y = unlist(lapply(seq_along(rows), part, 2))
  )
}
# alert, truth, how many, stratum
samples <- list(
  two = list(charts(c(1, 1, 70, 0), c(1, 0, 30, 0), c(0, 1, 5, 1), c(0, 0, 95, 1)), c(400, 2100)),
  three = list(
    charts(
      c(1, 1, 12, 0), c(1, 0, 9, 0), c(1, 1, 4, 1), c(0, 1, 3, 1), c(0, 0, 20, 1), c(0, 1, 1, 2), c(0, 0, 49, 2)
    ),
    c(60, 300, 5000)
  ),
  one_stratum_whole = list(charts(c(1, 1, 8, 0), c(1, 0, 4, 0), c(0, 1, 3, 1), c(0, 0, 37, 1)), c(12, 900))
)
design <- function(s, size) {
  d <- data.frame(h = s$h, a = s$a, y = s$y, fpc = size[s$h + 1])
  d$w <- d$fpc / as.vector(table(d$h)[as.character(d$h)])
  d
}
share <- function(s, size, finite, num, den) {
  d <- design(s, size)
  d$num <- num(d)
  d$den <- den(d)
  g <- if (finite) {
    svydesign(ids = ~1, strata = ~h, weights = ~w, fpc = ~fpc, data = d)
  } else {
    svydesign(ids = ~1, strata = ~h, weights = ~w, data = d)
  }
  r <- svyratio(~num, ~den, g)
  R <- coef(r)[[1]]
  se <- SE(r)[[1]]
  limits <- plogis(qlogis(R) + c(-1, 1) * qnorm(.975) * se / (R * (1 - R)))
  c(R, se, limits)
}
all_shares <- function(s, size, finite) {
  of <- function(num, den) share(s, size, finite, num, den)
  c(
    of(function(d) d$a * d$y, function(d) d$y), of(function(d) (1 - d$a) * (1 - d$y), function(d) 1 - d$y),
    of(function(d) d$a * d$y, function(d) d$a), of(function(d) (1 - d$a) * (1 - d$y), function(d) 1 - d$a),
    of(function(d) d$y, function(d) 1 + 0 * d$y)
  )
}
write_reference(
  "stratified-review", "survey", definitions = c("design", "share", "all_shares"),
  cases = unlist(
    lapply(names(samples), function(name) {
      s <- samples[[name]]
      lapply(c(TRUE, FALSE), function(finite) {
        case(
          paste(name, if (finite) "finite" else "infinite"), sprintf("all_shares(s,size,%s)", finite),
          list(stratum = s[[1]]$h, alert = s[[1]]$a, truth = s[[1]]$y, sizes = s[[2]]),
          reads = list(s = s[[1]], size = s[[2]])
        )
      })
    }),
    recursive = FALSE
  )
)

# Strata of flag and recorded label: flag, patients, charts, charts with the event.
cohorts <- list(
  many = list(flag = c(1, 1, 0, 0), size = c(400, 600, 150, 3850), charts = c(200, 200, 100, 600), events = c(180, 20, 85, 24)),
  few = list(flag = c(1, 1, 0, 0), size = c(228, 74, 57, 49), charts = c(60, 60, 50, 40), events = c(51, 9, 40, 12))
)
two_phases <- function(k, num, den) {
  h <- rep(seq_along(k$size), k$size)
  place <- unlist(lapply(k$size, seq_len))
  d <- data.frame(h = h, a = k$flag[h], read = place <= k$charts[h], y = as.numeric(place <= k$events[h]))
  d$num <- num(d)
  d$den <- den(d)
  g <- twophase(id = list(~1, ~1), strata = list(NULL, ~h), subset = ~read, data = d, method = "full")
  r <- svyratio(~num, ~den, g)
  c(coef(r)[[1]], SE(r)[[1]])
}
all_two_phases <- function(k) {
  of <- function(num, den) two_phases(k, num, den)
  c(
    of(function(d) d$a * d$y, function(d) d$y), of(function(d) (1 - d$a) * (1 - d$y), function(d) 1 - d$y),
    of(function(d) d$a * d$y, function(d) d$a), of(function(d) (1 - d$a) * (1 - d$y), function(d) 1 - d$a),
    of(function(d) d$y, function(d) 1 + 0 * d$y)
  )
}
write_reference(
  "two-phase-review", "survey", definitions = c("two_phases", "all_two_phases"),
  cases = lapply(names(cohorts), function(name) {
    k <- cohorts[[name]]
    case(name, "all_two_phases(k)", k, reads = list(k = k))
  })
)
