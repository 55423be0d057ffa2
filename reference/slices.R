# Slices of rows: tails of a gap of two shares, and the largest of many correlated gaps.
source("cases.R")
suppressMessages(library(mvtnorm))

# The likeliest proportions a given difference apart, and the chance of at least the difference found, table by table.
tail_of <- function(x1, n1, x2, n2, delta) {
  ll <- function(p2) {
    dbinom(x1, n1, p2 + delta, log = TRUE) + dbinom(x2, n2, p2, log = TRUE)
  }
  range <- c(max(0, -delta), min(1, 1 - delta))
  p2 <- optimize(ll, range, maximum = TRUE, tol = 1e-12)$maximum
  a <- dbinom(0:n1, n1, p2 + delta)
  b <- dbinom(0:n2, n2, p2)
  gap <- outer(0:n1 / n1, 0:n2 / n2, "-")
  sum(outer(a, b)[gap >= x1 / n1 - x2 / n2 - 1e-12])
}
# Gaps of slices that may overlap against the rest: estimate, standard error by clusters, correlation where nothing differs.
gaps_of <- function(x, inside, cluster) {
  psi <- function(s, m1, m0) ifelse(s, (x - m1) / sum(s), -(x - m0) / sum(!s))
  gap <- apply(inside, 2, function(s) mean(x[s]) - mean(x[!s]))
  own <- apply(inside, 2, function(s) psi(s, mean(x[s]), mean(x[!s])))
  null <- apply(inside, 2, function(s) psi(s, mean(x), mean(x)))
  list(gap, colSums(rowsum(own, cluster)^2), cov2cor(crossprod(rowsum(null, cluster))))
}
# All levels, and all pairs of levels, of two attributes.
slices_of <- function(a, b) {
  one <- cbind(outer(a, 0:2, "=="), outer(b, 0:1, "=="))
  both <- do.call(cbind, lapply(0:2, function(i) sapply(0:1, function(j) a == i & b == j)))
  cbind(one, both)
}

counts <- list(
  c(8, 50, 60, 1200), c(4, 20, 30, 900), c(3, 200, 9, 2000), c(28, 30, 500, 800), c(30, 30, 500, 800), c(5, 40, 5, 40),
  c(18, 60, 200, 1000), c(2, 90, 60, 1500)
)
deltas <- list(0, 0, 0, 0, 0, 0, .05, -.03)
# Events of a slice where the share of the rest is known.
events <- list(c(5, 50, .02), c(9, 60, .05), c(30, 30, .67), c(40, 50, .5), c(7, 400, .004), c(150, 1000, .1))
set.seed(4)
n <- 240
rows <- list(a = sample(0:2, n, TRUE, c(.5, .3, .2)), b = rbinom(n, 1, .4), cluster = sample(1:90, n, TRUE))
rows$x <- rbinom(n, 1, plogis(-1.5 + .5 * rows$b + rnorm(90)[rows$cluster]))
write_reference(
  "slices", "mvtnorm", definitions = c("tail_of", "gaps_of", "slices_of"), relative = 1e-7,
  cases = c(
    Map(function(k, d) {
      case(
        sprintf("tail %d/%d against %d/%d, gap of at most %g", k[1], k[2], k[3], k[4], d),
        "tail_of(k[1],k[2],k[3],k[4],d)", list(counts = k, delta = d), reads = list(k = k, d = d)
      )
    }, counts, deltas),
    lapply(events, function(k) {
      case(
        sprintf("binomial %d/%d of %g", k[1], k[2], k[3]), "pbinom(k[1]-1,k[2],k[3],lower.tail=FALSE)", list(events = k),
        reads = list(k = k)
      )
    }),
    list(
      case("gaps of clusters", "gaps_of(x,slices_of(a,b),cluster)", rows, reads = rows),
      case("gaps of rows", "gaps_of(x,slices_of(a,b),seq_along(x))", rows, reads = rows),
      case(
        "largest of five", "qmvnorm(.95,corr=r,tail=\"lower.tail\",algorithm=Miwa(steps=512))$quantile",
        list(r = .2 + .3 * outer(1:5, 1:5, function(i, j) (i + j) %% 2) + diag(5) * .8),
        reads = list(r = {
          m <- .2 + .3 * outer(1:5, 1:5, function(i, j) (i + j) %% 2)
          diag(m) <- 1
          m
        })
      )
    )
  )
)
