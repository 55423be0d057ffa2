# Distributions far in their tails, where a cumulative probability subtracted from 1 has no digits left.
source("cases.R")

of <- function(name, r, ...) case(name, r, list(...), column, list(...))
beta_places <- data.frame(
  x = c(1e-9, 1e-300, .01, .001, .5, .9, .99, 1e-6, .7, .2, .05, 5e-4, .3, .96, 1e-12, .02),
  a = c(3, .5, 10, 20, 100, 2, 50, .5, 1, 1000, 100.5, 5000, 30.5, 1, 2, 200),
  b = c(4, 3, 5, 1000, 300, 30, 3, 1e6, 90, 1000, 20.5, 9e6, 5, 100, 1e5, 1e5)
)
gamma_places <- expand.grid(shape = c(.25, .5, 1, 2.5, 10, 60.25, 250, 500), z = c(-3, -.5, .1, 2, 6, 15, 30))
gamma_places$x <- with(gamma_places, pmax(signif(shape + z * sqrt(shape), 6), 1e-3))
gamma_small <- expand.grid(shape = c(1e-10, 1e-4, .01, .05, .1, .2, .24), x = c(1e-200, 1e-20, 1e-8, .001, .05, .3, .49))
gamma_places <- rbind(gamma_places[c("shape", "x")], gamma_small)
chi <- expand.grid(x = c(1e-8, .01, .3, 2, 30, 400, 1200), df = c(.5, 1, 1.7, 2, 3, 7.25, 40, 101, 999.5, 1000))
chi <- chi[!(chi$df > 100 & chi$x < .1), ]
write_reference(
  "special-tails", character(),
  cases = list(
    of("pnorm", "pnorm(x)", x = c(
      -37.5, -37, -30.3, -25, -20, -14.14, -9.7, -8.29, -7, -6, -5.1, -4, -3.3, -3.0001, -3, -2.9999, -2.5, -1.96, -1.5,
      -1.0001, -1, -.9999, -.7, -.3, -1e-8, 0, .2, .99, 1, 2, 5
    )),
    of("pnorm_log", "pnorm(x, log.p=TRUE)", x = c(
      -1e10, -1e5, -1000, -100, -40, -38, -20, -8, -3, -1.5, -1, -.5, 0, .5, 1, 2, 5, 8, 20
    )),
    of("qnorm", "qnorm(p)", p = c(
      1e-300, 1e-250, 1e-200, 1e-150, 1e-50, 3e-25, 1e-16, 1e-12, 1e-9, 1e-7, 1e-4, .01, .0249, .074, .075, .076, .2, .4,
      .5, .6, .9, .925, .926, .99, .9999, .999999
    )),
    of("pgamma_upper", "pgamma(x, shape, lower.tail=FALSE)", x = gamma_places$x, shape = gamma_places$shape),
    of("pchisq_upper", "pchisq(x, df, lower.tail=FALSE)", x = chi$x, df = chi$df),
    of("pbeta", "pbeta(x, a, b)", x = beta_places$x, a = beta_places$a, b = beta_places$b),
    of("pbeta_upper", "pbeta(x, a, b, lower.tail=FALSE)", x = beta_places$x, a = beta_places$a, b = beta_places$b),
    of(
      "qbeta", "qbeta(p, a, b)",
      p = c(1e-300, 1e-100, 1e-20, 1e-12, 1e-6, .001, .025, .05, .3, .5, .9, .975, .025, .025, 1e-10),
      a = c(2, 20, 5, .5, 100, 3, 1, .5, 7.5, 1000, 2, 4, 1, 100001, 1e5),
      b = c(3, 1000, 100, 20.5, 1e6, 9e6, 1e9, 3, .7, 2000, 1e5, 996, 1e6, 1e6, 1e5)
    ),
    of(
      "qbeta_upper", "qbeta(q, a, b, lower.tail=FALSE)",
      q = c(1e-300, 1e-100, 1e-20, 1e-12, 1e-6, .001, .025, .05, .3, .5, .9, .025, .025, .025),
      a = c(2, 20, 5, .5, 100, 3, 1, .5, 7.5, 1000, 2, 1, 4, 19),
      b = c(3, 1000, 100, 20.5, 1e6, 9e6, 1e9, 3, 2.5, 2000, 1e5, 1e6, 1e9, 42)
    )
  )
)
