# A trial's funnel from charts drawn at different rates.
source("cases.R")
suppressMessages(library(survey))

share_of <- function(d, finite, num, den) {
  d$num <- num
  d$den <- den
  g <- if (finite) {
    svydesign(ids = ~1, strata = ~h, weights = ~w, fpc = ~size, data = d)
  } else {
    svydesign(ids = ~1, strata = ~h, weights = ~w, data = d)
  }
  r <- svyratio(~num, ~den, g)
  p <- coef(r)[[1]]
  c(p, plogis(qlogis(p) + c(-1, 1) * qnorm(.975) * SE(r)[[1]] / (p * (1 - p))))
}
# Of all, of the stage before, of the eligible; PPV; named, and all, for each who consents.
funnel_of <- function(h, e, i, f, c, size, finite) {
  d <- data.frame(h = h, size = size[h + 1], w = size[h + 1] / as.vector(table(h))[h + 1])
  of <- function(num, den) share_of(d, finite, num, den)
  at <- list(e, e * i, e * i * f, e * i * f * c)
  before <- c(list(1 + 0 * e), at[1:3])
  list(
    t(sapply(at, of, 1 + 0 * e)), t(mapply(of, at, before)), t(sapply(at[-1], of, e)), of(e * i, i), 1 / of(at[[4]], i)[c(1, 3, 2)],
    1 / of(at[[4]], 1 + 0 * e)[c(1, 3, 2)]
  )
}

set.seed(8)
size <- c(150, 500, 6000)
h <- rep(0:2, c(80, 100, 300))
n <- length(h)
i <- +(h < 2)
e <- rbinom(n, 1, c(.8, .35, .03)[h + 1])
f <- i * rbinom(n, 1, ifelse(e == 1, .85, .1))
c <- f * rbinom(n, 1, .5)
rows <- list(h = h, e = e, i = i, f = f, c = c, size = size)
write_reference(
  "trial-funnel", "survey", definitions = c("share_of", "funnel_of"),
  cases = lapply(c(TRUE, FALSE), function(finite) {
    case(
      if (finite) "finite" else "infinite", sprintf("funnel_of(h,e,i,f,c,size,%s)", finite), rows, reads = rows
    )
  })
)
