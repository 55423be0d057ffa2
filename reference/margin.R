# Exact tests of a difference of proportions against a margin: every table, a grid over all of the hypothesis.
source("cases.R")

#' Miettinen and Nurminen's statistic at delta, the likelihood maximised numerically.
mn_score <- function(x1, n1, x2, n2, delta) {
  range <- c(max(0, -delta), min(1, 1 - delta))
  slope <- function(p2) {
    p1 <- p2 + delta
    (if (x1 > 0) x1 / p1 else 0) - (if (x1 < n1) (n1 - x1) / (1 - p1) else 0) +
      (if (x2 > 0) x2 / p2 else 0) - (if (x2 < n2) (n2 - x2) / (1 - p2) else 0)
  }
  inner <- range + c(1, -1) * 1e-14 * diff(range)
  p2 <- if (slope(inner[1]) <= 0) range[1] else if (slope(inner[2]) >= 0) range[2] else
    uniroot(slope, inner, tol = 1e-16, maxiter = 10000)$root
  p1 <- p2 + delta
  n <- n1 + n2
  v <- max(0, p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * n / (n - 1)
  away <- x1 / n1 - x2 / n2 - delta
  if (v > 1e-13) away / sqrt(v) else 0
}

#' P of the tables in `region` at p1, p2.
region_chance <- function(region, n1, n2, p1, p2) sum(dbinom(0:n1, n1, p1) * (region %*% dbinom(0:n2, n2, p2)))

#' The largest chance over p1 within its Clopper-Pearson interval and the p2 that `others` gives for it, plus 1e-5.
worst_chance <- function(region, x1, n1, n2, others) {
  ci <- binom.test(x1, n1, conf.level = 1 - 1e-5)$conf.int
  at <- function(p1) {
    p2 <- others(p1)
    if (length(p2) == 0) 0 else max(sapply(p2, function(p) region_chance(region, n1, n2, p1, p)))
  }
  p <- seq(ci[1], ci[2], length.out = 401)
  value <- sapply(p, at)
  k <- which.max(value)
  fine <- optimize(at, p[pmax(1, pmin(401, k + c(-1, 1)))], maximum = TRUE, tol = 1e-12)$objective
  min(1, max(value, fine) + 1e-5)
}

scores_of <- function(n1, n2, delta)
  outer(0:n1, 0:n2, Vectorize(function(a, b) mn_score(a, n1, b, n2, delta)))

#' c(beyond, within); n1 is at least n2. A statistic under 1 has 1.
exact_margin <- function(x1, n1, x2, n2, m) {
  up <- scores_of(n1, n2, m)
  low <- -scores_of(n1, n2, -m)
  seen <- c(up[x1 + 1, x2 + 1], low[x1 + 1, x2 + 1])
  if (abs(x1 / n1 - x2 / n2) > m) {
    if (max(seen) < 1) return(c(1, 1))
    far <- pmax(up, low) >= max(seen) - 1e-9 * max(1, abs(max(seen)))
    null <- function(p1) unique(pmin(1, pmax(0, p1 + seq(-m, m, length.out = 9))))
    return(c(worst_chance(far, x1, n1, n2, null), 1))
  }
  if (max(seen) > -1) return(c(1, 1))
  near_up <- up <= seen[1] + 1e-9 * max(1, abs(seen[1]))
  near_low <- low <= seen[2] + 1e-9 * max(1, abs(seen[2]))
  above <- function(p1) if (p1 < m) numeric() else (p1 - m) * seq(0, 1, length.out = 5)
  below <- function(p1) if (p1 > 1 - m) numeric() else 1 - (1 - p1 - m) * seq(0, 1, length.out = 5)
  c(1, max(worst_chance(near_up, x1, n1, n2, above), worst_chance(near_low, x1, n1, n2, below)))
}

table_case <- function(x1, n1, x2, n2, m) case(
  sprintf("%d/%d and %d/%d, margin %g", x1, n1, x2, n2, m), "exact_margin(x1,n1,x2,n2,m)",
  list(counts = c(x1, n1, x2, n2), margin = m), keep = I,
  reads = list(x1 = x1, n1 = n1, x2 = x2, n2 = n2, m = m)
)
write_reference(
  "exact-margin", character(), definitions = c("mn_score", "region_chance", "worst_chance", "scores_of", "exact_margin"),
  relative = 1e-6,
  cases = list(
    table_case(7, 10, 1, 10, 0), table_case(12, 15, 2, 9, 0), table_case(7, 20, 8, 9, .1), table_case(2, 25, 6, 8, .05),
    table_case(25, 25, 4, 10, .1), table_case(0, 30, 3, 6, .05), table_case(33, 40, 2, 7, .2), table_case(10, 12, 0, 3, .1),
    table_case(20, 40, 10, 20, .3), table_case(3, 40, 1, 12, .2), table_case(38, 40, 18, 20, .25),
    table_case(0, 40, 0, 12, .4), table_case(5, 12, 5, 12, .5), table_case(13, 40, 4, 17, .35), table_case(13, 40, 4, 17, .15)
  )
)
