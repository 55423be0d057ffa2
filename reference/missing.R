# Rubin's rules with Barnard and Rubin's degrees of freedom.
source("cases.R")

rubin <- function(q, u, complete, level) {
  m <- length(q)
  w <- mean(u)
  b <- var(q)
  t <- w + (1 + 1 / m) * b
  lambda <- (1 + 1 / m) * b / t
  old <- (m - 1) / lambda^2
  df <- if (is.infinite(complete)) {
    old
  } else {
    seen <- (complete + 1) / (complete + 3) * complete * (1 - lambda)
    old * seen / (old + seen)
  }
  r <- (1 + 1 / m) * b / w
  c(
    mean(q), sqrt(t), w, b, df, lambda, (r + 2 / (df + 3)) / (1 + r),
    mean(q) + c(-1, 1) * qt((1 + level) / 2, df) * sqrt(t)
  )
}
sets <- list(
  "complete data without limit" = list(c(1.2, 1.5, .9, 1.1, 1.4), c(.04, .05, .045, .04, .05), Inf),
  "twenty degrees of freedom" = list(c(1.2, 1.5, .9, 1.1, 1.4), c(.04, .05, .045, .04, .05), 20),
  "hardly anything missing" = list(c(.301, .302, .3), c(.01, .0101, .0099), 480),
  "nearly all missing" = list(c(-3, 2, 5, -1), c(.1, .2, .15, .1), 35)
)
write_reference(
  "rubins-rules", character(), definitions = "rubin",
  cases = lapply(names(sets), function(name) {
    s <- sets[[name]]
    case(
      name, "rubin(q,u,complete,.95)", list(estimates = s[[1]], variances = s[[2]], complete = s[[3]]),
      reads = list(q = s[[1]], u = s[[2]], complete = s[[3]])
    )
  })
)
