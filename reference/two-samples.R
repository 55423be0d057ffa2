# Location and spread of two samples, exact tests of two rows of counts, ratios of a flag, further quantiles.
source("cases.R")

compare <- function(x, y) {
  t <- t.test(x, y, conf.level = .9)
  f <- var.test(x, y)
  w <- wilcox.test(x, y, exact = FALSE, correct = TRUE)
  list(
    (mean(x) - mean(y)) / sqrt((var(x) + var(y)) / 2), c(t$statistic[[1]], t$parameter[[1]], t$p.value, t$conf.int),
    c(f$statistic[[1]], f$p.value, f$conf.int), c(w$statistic[[1]], w$p.value)
  )
}
set.seed(1947)
samples <- list(
  shifted = list(round(rnorm(40), 2), round(rnorm(70, .4, 2), 2)), tied = list(rpois(60, 4), rpois(45, 5)),
  few = list(c(1, 2, 2, 4), c(2, 3, 9)), far = list(c(1, 2, 3), c(1000, 1001.5)),
  large = list(round(rnorm(900, 50, 10), 1), round(rnorm(700, 51, 11), 1))
)
write_reference(
  "two-samples", character(), definitions = "compare", absolute = 1e-15,
  cases = lapply(names(samples), function(name) {
    s <- samples[[name]]
    case(name, "compare(x,y)", list(first = s[[1]], second = s[[2]]), reads = list(x = s[[1]], y = s[[2]]))
  })
)

#' Fisher's p value; for two columns the conditional odds ratio and its limits as roots, fisher.test's own being rough.
exact <- function(m, level) {
  p <- fisher.test(m)$p.value
  if (ncol(m) > 2) return(p)
  a <- sum(m[, 1]); b <- sum(m[, 2]); r <- sum(m[1, ]); x <- m[1, 1]
  k <- max(0, r - b):min(a, r)
  share <- function(log_odds) {
    l <- dhyper(k, a, b, r, log = TRUE) + k * log_odds
    l <- exp(l - max(l))
    l / sum(l)
  }
  root <- function(f) exp(uniroot(f, c(-50, 50), tol = 1e-15, maxiter = 10000)$root)
  tail <- (1 - level) / 2
  c(
    p, if (x == min(k)) 0 else if (x == max(k)) Inf else root(function(o) sum(share(o) * k) - x),
    if (x == min(k)) 0 else root(function(o) sum(share(o)[k >= x]) - tail),
    if (x == max(k)) Inf else root(function(o) sum(share(o)[k <= x]) - tail)
  )
}
rows <- function(...) matrix(c(...), 2, byrow = TRUE)
tables <- list(
  tea = rows(3, 1, 1, 3), uneven = rows(12, 5, 7, 20), none = rows(0, 20, 5, 15), all = rows(8, 0, 3, 9),
  large = rows(300, 700, 45, 165), three = rows(10, 0, 5, 8, 3, 4), five = rows(1, 4, 2, 0, 6, 5, 3, 0, 2, 1)
)
write_reference(
  "fisher-exact", character(), definitions = "exact", relative = 1e-9,
  cases = lapply(names(tables), function(name) {
    m <- tables[[name]]
    case(name, "exact(m,.95)", list(first = m[1, ], second = m[2, ]), column, reads = list(m = m))
  })
)

ratios <- function(tp, fp, fn, tn, level) {
  z <- qnorm(1 - (1 - level) / 2)
  with_limits <- function(log_ratio, v) exp(log_ratio + c(0, -1, 1) * z * sqrt(v))
  se <- tp / (tp + fn)
  sp <- tn / (fp + tn)
  c(
    with_limits(log(se / (1 - sp)), (1 - se) / tp + sp / fp),
    with_limits(log((1 - se) / sp), se / fn + (1 - sp) / tn),
    with_limits(log(tp * tn / fp / fn), 1 / tp + 1 / fp + 1 / fn + 1 / tn)
  )
}
flags <- list(c(90, 30, 10, 170, .95), c(3, 40, 1, 900, .9), c(1, 1, 1, 1, .99))
write_reference(
  "likelihood-ratios", character(), definitions = "ratios", absolute = 1e-15,
  cases = lapply(flags, function(f) {
    case(paste(f, collapse = " "), sprintf("ratios(%s)", paste(f, collapse = ",")), list(counts = f[1:4], level = f[5]))
  })
)

of <- function(name, r, ...) case(name, r, list(...), column, list(...))
write_reference(
  "special-quantiles", character(), absolute = 1e-15,
  cases = list(
    of("gamma", "qgamma(p,a)", p = c(1e-10, .025, .5, .975, 1e-300, .2, .999), a = c(.5, 1, 2, 5, 3, .01, 4000)),
    of(
      "gamma upper", "qgamma(p,a,lower.tail=FALSE)",
      p = c(1e-10, .025, .5, .975, 1e-300, .2, .999), a = c(.5, 1, 2, 5, 3, .3, 4000)
    ),
    of("lgamma", "lgamma(x)", x = c(1e-10, .3, .5, 1, 1.5, 2, 2.5, 10, 100.5, 1e6, 1e10)),
    of("student", "qt(p,k)", p = c(1e-12, 1e-6, .025, .5, .975, .999), k = c(3, 1, 1, 4, 5, 2.5)),
    of(
      "poisson", "c(qchisq(.025,2*x)/2,qchisq(.025,2*(x+1),lower.tail=FALSE)/2)",
      x = c(0, 1, 5, 50, 1000, 123456)
    )
  )
)

write_reference(
  "proportion-intervals", character(),
  cases = lapply(list(c(0, 10), c(10, 10), c(1, 1), c(7, 20), c(3, 1e6), c(499, 5000)), function(x) {
    case(
      paste(x, collapse = " of "),
      sprintf(
        paste0(
          "prop.test(%1$s,%2$s,conf.level=.9)$conf.int; ",
          "c(if(%1$s==0) 0 else qbeta(.05,%1$s+.5,%2$s-%1$s+.5),",
          "if(%1$s==%2$s) 1 else qbeta(.05,%1$s+.5,%2$s-%1$s+.5,lower.tail=FALSE))"
        ),
        format(x[1], scientific = FALSE), format(x[2], scientific = FALSE)
      ),
      list(x = x[1], n = x[2]), function(v) lapply(v, as.numeric)
    )
  })
)
