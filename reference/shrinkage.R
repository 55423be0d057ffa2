# Beta-binomial shrinkage of the proportions of many small groups.
source("cases.R")

# The likelihood's derivatives in the mean m and in s = alpha + beta, by digamma: both zero at the maximum.
beta_binomial <- function(x, n, level) {
  in_mean <- function(m, s) s * sum(digamma(m * s + x) - digamma((1 - m) * s + n - x)) -
    length(x) * s * (digamma(m * s) - digamma((1 - m) * s))
  mean_for <- function(s) uniroot(in_mean, c(1e-6, 1 - 1e-6), s = s, tol = 1e-16, maxiter = 10000)$root
  in_size <- function(log_s) {
    s <- exp(log_s)
    m <- mean_for(s)
    sum(
      m * digamma(m * s + x) + (1 - m) * digamma((1 - m) * s + n - x) - digamma(s + n) -
        m * digamma(m * s) - (1 - m) * digamma((1 - m) * s) + digamma(s)
    )
  }
  s <- exp(uniroot(in_size, log(c(.05, 5000)), tol = 1e-15, maxiter = 10000)$root)
  m <- mean_for(s)
  a <- m * s
  b <- (1 - m) * s
  gain <- sum(lbeta(a + x, b + n - x) - lbeta(a, b)) -
    sum(x * log(sum(x) / sum(n)) + (n - x) * log(1 - sum(x) / sum(n)))
  list(
    c(a, b, gain), (a + x) / (s + n), qbeta((1 - level) / 2, a + x, b + n - x),
    qbeta((1 - level) / 2, a + x, b + n - x, lower.tail = FALSE)
  )
}

set.seed(1973)
of <- function(groups, size, a, b) {
  n <- rpois(groups, size) + 1
  list(x = rbinom(groups, n, rbeta(groups, a, b)), n = n)
}
samples <- list(
  thirty_clinics = of(30, 12, 2, 12), two_hundred = of(200, 4, 1, 3), unequal = of(60, c(3, 40, 400), 5, 45),
  wide = of(25, 20, .3, .5), narrow = of(80, 100, 40, 60)
)
write_reference(
  "beta-binomial", character(), definitions = "beta_binomial", relative = 1e-7, absolute = 1e-7,
  cases = lapply(names(samples), function(name) {
    s <- samples[[name]]
    case(name, "beta_binomial(x,n,.9)", list(events = s$x, sizes = s$n), reads = s)
  })
)
