# How far two samples, or two lists of counts, are from each other.
source("cases.R")

counts <- function(...) matrix(c(...), 2, byrow = TRUE)
tables <- list(
  three_classes = counts(30, 50, 20, 45, 40, 35), two_by_two = counts(12, 5, 7, 20),
  same = counts(10, 20, 10, 20), empty_cell = counts(10, 0, 5, 8, 3, 4),
  large = counts(100234, 99121, 5012, 50031, 49222, 2733)
)
flat <- function(m) list(first = m[1, ], second = m[2, ])

test_of <- function(m, correct) {
  x <- suppressWarnings(chisq.test(m, correct = correct))
  c(x$statistic[[1]], x$parameter[[1]], x$p.value, min(x$expected))
}
cramers_v <- function(m) sqrt(test_of(m, FALSE)[1] / (sum(m) * (min(dim(m)) - 1)))
write_reference(
  "contingency", character(), definitions = c("test_of", "cramers_v"),
  # The statistic of equal rows is 0 but for rounding.
  absolute = 1e-15,
  cases = lapply(names(tables), function(name) {
    m <- tables[[name]]
    square <- ncol(m) == 2
    case(
      name, paste0("c(test_of(m,FALSE),cramers_v(m)", if (square) ",test_of(m,TRUE)", ")"), flat(m),
      reads = list(m = m)
    )
  })
)

psi_counts <- function(p, q, floor = 1e-4) {
  p <- pmax(p / sum(p), floor)
  q <- pmax(q / sum(q), floor)
  sum((q - p) * log(q / p))
}
psi <- function(x, y, bins) {
  borders <- unique(quantile(x, seq(0, 1, 1 / bins), type = 7))
  borders[1] <- -Inf
  borders[length(borders)] <- Inf
  psi_counts(table(cut(x, borders)), table(cut(y, borders)))
}
jensen_shannon <- function(p, q) {
  p <- p / sum(p)
  q <- q / sum(q)
  m <- (p + q) / 2
  part <- function(a) sum(ifelse(a > 0, a * log(a / m), 0)) / 2
  d <- part(p) + part(q)
  c(d, sqrt(d / log(2)))
}
wasserstein <- function(x, y) {
  z <- sort(unique(c(x, y)))
  inner <- z[-length(z)]
  sum(abs(ecdf(x)(inner) - ecdf(y)(inner)) * diff(z))
}

set.seed(20261122)
samples <- list(
  shifted = list(round(rnorm(80), 2), round(rnorm(90, .5), 2)),
  whole_numbers = list(rpois(60, 4), rpois(45, 5)),
  few = list(c(1, 2, 2, 4), c(2, 3, 9)),
  apart = list(c(1, 2, 3), c(10, 11)),
  same = list(c(1, 2, 3, 4, 5), c(1, 2, 3, 4, 5)),
  large = list(round(rnorm(1200, 50, 10), 1), round(rnorm(900, 51, 11), 1))
)
write_reference(
  "distribution-distances", character(), definitions = c("psi_counts", "psi", "jensen_shannon", "wasserstein"),
  absolute = 1e-15,
  cases = c(
    lapply(names(samples), function(name) {
      s <- samples[[name]]
      case(
        name, "c(psi(x,y,10),psi(x,y,5),wasserstein(x,y))", list(first = s[[1]], second = s[[2]]),
        reads = list(x = s[[1]], y = s[[2]])
      )
    }),
    lapply(names(tables), function(name) {
      m <- tables[[name]]
      case(
        paste("counts", name), "c(psi_counts(m[1,],m[2,]),jensen_shannon(m[1,],m[2,]))", flat(m),
        reads = list(m = m)
      )
    })
  )
)

# ks.test stops its series at 1e-6, so the limit is summed here.
limit_tail <- function(d, m, n) {
  l <- d * sqrt(m * n / (m + n))
  if (l == 0) return(1)
  k <- 1:200
  if (l < .3) 1 else sum(2 * (-1)^(k - 1) * exp(-2 * k^2 * l^2))
}
ks <- function(x, y) {
  exact <- ks.test(x, y, exact = TRUE)
  d <- exact$statistic[[1]]
  c(d, exact$p.value, limit_tail(d, length(x), length(y)))
}
# R takes the exact p from 1, which leaves 16 digits behind the point; in large samples with ties it draws instead.
ks_limit <- function(x, y) {
  d <- suppressWarnings(ks.test(x, y, exact = FALSE)$statistic[[1]])
  c(d, limit_tail(d, length(x), length(y)))
}
write_reference(
  "kolmogorov-smirnov", character(), definitions = c("limit_tail", "ks", "ks_limit"), absolute = 1e-14,
  cases = lapply(names(samples), function(name) {
    s <- samples[[name]]
    call <- if (name == "large") "ks_limit(x,y)" else "ks(x,y)"
    case(name, call, list(first = s[[1]], second = s[[2]]), reads = list(x = s[[1]], y = s[[2]]))
  })
)
