# Distributions and their tails, the basis of restricted cubic splines, and intervals of a proportion.
source("cases.R")

of <- function(name, r, ...) case(name, r, list(...), column, list(...))
write_reference(
  "special", character(),
  cases = list(
    of("qnorm", "qnorm(p)",
      p = c(1e-300, 1e-100, 1e-20, 1e-10, 1e-5, .001, .025, .5, .975, .999, .9999999999)),
    of("pnorm_upper", "pnorm(x,lower.tail=FALSE)", x = c(-40, -10, 0, 1, 1.96, 5, 8, 10, 20, 37)),
    of(
      "qbeta", "qbeta(p,a,b)",
      p = c(.025, .975, .025, .975, .5, 1e-10, .025, .025), a = c(1, 1, .5, 100.5, 2, 3, 5000, 1),
      b = c(100, 100, 20.5, .5, 3, 4, 9e6, 1e6)
    ),
    of(
      "pbeta", "pbeta(x,a,b)",
      x = c(.01, .5, .99, .001, .5), a = c(.5, 10, 1000, 5000, 1e5), b = c(20, 10, 20, 9e6, 1e5)
    ),
    of(
      "pchisq_upper", "pchisq(x,k,lower.tail=FALSE)",
      x = c(1e-10, .1, 1, 3.84, 10, 50, 200, 1000, 1862.15, 700), k = c(1, 2, 1, 1, 3, 5, 10, 100, 1, 700)
    )
  )
)

receptors <- c(
  0, 12, 24, 36, 48, 60, 72, 84, 96, 108, 120, 132, 144, 156, 170, 185, 198, 210, 222, 236, 248, 262, 277,
  290, 308, 326,
  342, 362, 379, 399, 418, 443, 463, 484, 504, 518, 545, 564, 587, 615, 649, 690, 722, 793, 838, 913, 979,
  1031, 1220
)
spline <- function(name, x, knots)
  case(
    name, sprintf("Hmisc::rcspline.eval(x, knots=c(%s))", paste(knots, collapse = ",")),
    list(x = x, knots = knots),
    column, list(x = x)
  )
write_reference(
  "spline", "Hmisc", data = published("rotterdam"),
  cases = list(spline("nodes", 0:19, c(0, 1, 9)), spline("progesterone receptor", receptors, c(0, 41, 486)))
)

samples <- data.frame(
  x = c(0, 10, 1, 0, 7, 30, 499, 3, 18, 18), n = c(10, 10, 1, 1, 20, 100, 5000, 1e6, 60, 60),
  level = c(rep(.95, 8), .9, .99)
)
intervals <- function(call) lapply(seq_len(nrow(samples)), function(i) with(samples[i, ], case(
  paste0(x, "_", n, if (level != .95) paste0("_", 100 * level)), sprintf(call, x, n, level),
  list(x = x, n = n, level = level), column
)))
write_reference("clopper-pearson", character(), intervals("binom.test(%s,%s,conf.level=%s)$conf.int"))
write_reference("wilson", character(), intervals("prop.test(%s,%s,conf.level=%s,correct=FALSE)$conf.int"))
