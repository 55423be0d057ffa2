# Exact intervals of the limits of agreement, by the noncentral t.
source("cases.R")

# R's qt(ncp) warns of its precision from n = 90 on; the integral over the root mean square does not.
noncentral <- function(q, nu, delta) {
  below <- function(t) {
    f <- function(s) pnorm(t * s - delta) * 2 * nu * s * dchisq(nu * s^2, nu)
    w <- 9 / sqrt(2 * nu)
    integrate(f, max(0, 1 - w), 1 + w, rel.tol = 1e-11, subdivisions = 2000)$value
  }
  uniroot(function(t) below(t) - q, delta + c(-1, 1) * (10 + delta), tol = 1e-11)$root
}
limits_of <- function(d, level) {
  n <- length(d)
  z <- qnorm(.975)
  k <- sapply(c((1 - level) / 2, (1 + level) / 2), noncentral, n - 1, z * sqrt(n)) / sqrt(n)
  m <- mean(d)
  s <- sd(d)
  c(m, t.test(d, conf.level = level)$conf.int, s, m - z * s, m - k[2] * s, m - k[1] * s, m + z * s, m + k * s)
}
set.seed(12)
differences <- list(
  few = round(rnorm(5, .3, 2), 1), some = round(rnorm(40, -1, 5), 1), many = round(rnorm(300, 0, 1), 2)
)
write_reference(
  "extracted-values", character(), definitions = c("noncentral", "limits_of"), relative = 1e-7,
  cases = unlist(
    lapply(names(differences), function(name) {
      lapply(c(.95, .9), function(level) {
        case(
          paste("limits", name, level), "limits_of(d,level)", list(d = differences[[name]], level = level),
          reads = list(d = differences[[name]], level = level)
        )
      })
    }),
    recursive = FALSE
  )
)
