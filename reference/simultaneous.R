# Several comparisons at once.
source("cases.R")
library(mvtnorm)

holm <- function(p) case(sprintf("holm of %d", length(p)), "p.adjust(p,\"holm\")", list(pValues = p), reads = list(p = p))

# The multiplier by root finding on the joint distribution of the differences.
max_t <- function(v, v0, level) {
  s <- outer(v, v, function(a, b) v0 / sqrt((a + v0) * (b + v0)))
  diag(s) <- 1
  joint <- function(c) pmvnorm(rep(-c, length(v)), rep(c, length(v)), sigma = s, algorithm = Miwa(steps = 4097))[[1]]
  uniroot(function(c) joint(c) - level, c(.5, 8), tol = 1e-12)$root
}
multiplier <- function(name, v, v0, level)
  case(
    paste("max-T", name), "max_t(v,v0,level)", list(variance = v, reference = v0, level = level),
    reads = list(v = v, v0 = v0, level = level)
  )
write_reference(
  "simultaneous", "mvtnorm", definitions = "max_t", relative = 1e-7,
  cases = list(
    holm(c(.01, .04, .03, .005)), holm(c(.5, .5, .9)), holm(.02), holm(c(0, 1, .2, .2, .0001, .011)),
    multiplier("two equal groups", c(1, 1), 1, .95), multiplier("three groups", c(1, 2, 5), 1, .95),
    multiplier("large reference group", c(1, 4, 9), .1, .95), multiplier("small reference group", c(1, 1.5), 20, .99),
    multiplier("four groups", c(.02, .03, .05, .08), .01, .9)
  )
)
