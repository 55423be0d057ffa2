# Two proportions, paired ratings and agreement beyond chance.
source("cases.R")

wilson <- function(x, n, cl) {
  z <- qnorm(1 - (1 - cl) / 2)
  p <- x / n
  (p + z^2 / (2 * n) + c(-1, 1) * z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2))) / (1 + z^2 / n)
}

agresti_coull <- function(x, n, cl) {
  z <- qnorm(1 - (1 - cl) / 2)
  nt <- n + z^2
  pt <- (x + z^2 / 2) / nt
  pmin(1, pmax(0, pt + c(-1, 1) * z * sqrt(pt * (1 - pt) / nt)))
}

#' Newcombe 1998, method 10 for independent proportions.
newcombe <- function(x1, n1, x2, n2, cl) {
  p1 <- x1 / n1
  p2 <- x2 / n2
  w1 <- wilson(x1, n1, cl)
  w2 <- wilson(x2, n2, cl)
  d <- p1 - p2
  c(d, d - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2), d + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2))
}

#' Miettinen and Nurminen's limits: the likelihood is maximised numerically, the limits are found by uniroot.
mn <- function(x1, n1, x2, n2, cl) {
  part <- function(x, p) if (x == 0) 0 else x * log(p)
  best <- function(delta) {
    range <- c(max(0, -delta), min(1, 1 - delta))
    if (diff(range) < 1e-15) return(range[1])
    # The derivative of the log likelihood in p2 falls from one end to the other.
    slope <- function(p2) {
      p1 <- p2 + delta
      (if (x1 > 0) x1 / p1 else 0) - (if (x1 < n1) (n1 - x1) / (1 - p1) else 0) +
        (if (x2 > 0) x2 / p2 else 0) - (if (x2 < n2) (n2 - x2) / (1 - p2) else 0)
    }
    inner <- range + c(1, -1) * 1e-14 * diff(range)
    if (slope(inner[1]) <= 0) return(range[1])
    if (slope(inner[2]) >= 0) return(range[2])
    uniroot(slope, inner, tol = 1e-16, maxiter = 10000)$root
  }
  d <- x1 / n1 - x2 / n2
  z <- qnorm(1 - (1 - cl) / 2)
  excess <- function(delta) {
    p2 <- best(delta)
    p1 <- p2 + delta
    n <- n1 + n2
    z^2 * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * n / (n - 1) - (d - delta)^2
  }
  # At the difference itself the excess may be 0, with both proportions at an end; next to it it is not.
  end <- function(to) {
    near <- d + sign(to) * 1e-8
    if (abs(near) > 1) return(to)
    if (excess(to) >= 0) to else uniroot(excess, sort(c(near, to)), tol = 1e-15, maxiter = 10000)$root
  }
  c(d, end(-1), end(1))
}

#' Newcombe 1998, method 10 for paired proportions.
newcombe_paired <- function(a, b, c, d, cl) {
  n <- a + b + c + d
  p1 <- (a + b) / n
  p2 <- (a + c) / n
  w1 <- wilson(a + b, n, cl)
  w2 <- wilson(a + c, n, cl)
  A <- (a + b) * (c + d) * (a + c) * (b + d)
  B <- a * d - b * c
  phi <- if (A == 0) 0 else (if (B > n / 2) B - n / 2 else min(B, 0)) / sqrt(A)
  D <- (b - c) / n
  reach <- function(x, y) sqrt(x^2 - 2 * phi * x * y + y^2)
  c(D, D - reach(p1 - w1[1], w2[2] - p2), D + reach(w1[2] - p1, p2 - w2[1]))
}

#' Cohen's kappa with the standard error of Fleiss, Cohen and Everitt 1969.
kappa_ <- function(m, w) {
  n <- sum(m)
  k <- nrow(m)
  P <- m / n
  distance <- abs(outer(1:k, 1:k, "-")) / (k - 1)
  W <- switch(w, unweighted = diag(k), linear = 1 - distance, quadratic = 1 - distance^2)
  r <- rowSums(P)
  cc <- colSums(P)
  po <- sum(W * P)
  pe <- sum(W * outer(r, cc))
  K <- (po - pe) / (1 - pe)
  means <- outer(drop(W %*% cc), drop(r %*% W), "+")
  v <- (sum(P * (W - (1 - K) * means)^2) - (K - pe * (1 - K))^2) / ((1 - pe)^2 * n)
  v0 <- (sum(outer(r, cc) * (W - means)^2) - pe^2) / ((1 - pe)^2 * n)
  c(K, sqrt(v), K - qnorm(.975) * sqrt(v), K + qnorm(.975) * sqrt(v), po, pe, sqrt(v0))
}

fleiss <- function(M) {
  N <- nrow(M)
  n <- sum(M[1, ])
  p <- colSums(M) / (N * n)
  q <- 1 - p
  po <- mean((rowSums(M^2) - n) / (n * (n - 1)))
  pe <- sum(p^2)
  se0 <- sqrt(2) / (sum(p * q) * sqrt(N * n * (n - 1))) * sqrt(sum(p * q)^2 - sum(p * q * (q - p)))
  c((po - pe) / (1 - pe), se0, po, pe)
}

two <- function(x1, n1, x2, n2, cl = .95) {
  call <- function(f) sprintf("%s(%s,%s,%s,%s,%s)", f, x1, n1, x2, n2, cl)
  case(
    sprintf("%s of %s, %s of %s, %s", x1, n1, x2, n2, cl),
    paste(call("newcombe"), call("mn"), sprintf("agresti_coull(%s,%s,%s)", x1, n1, cl), sep = "; "),
    list(counts = c(x1, n1, x2, n2), level = cl), function(v) lapply(v, I)
  )
}
write_reference(
  "two-proportions", character(0),
  definitions = c("wilson", "agresti_coull", "newcombe", "mn"), relative = 1e-9, absolute = 1e-9,
  list(
    # The first eight are the examples of Newcombe 1998, table II.
    two(56, 70, 48, 80), two(9, 10, 3, 10), two(6, 7, 2, 7), two(5, 56, 0, 29), two(0, 10, 0, 20),
    two(0, 10, 0, 10), two(10, 10, 0, 20), two(10, 10, 0, 10),
    two(30, 100, 45, 110), two(0, 20, 5, 20), two(20, 20, 20, 20), two(499, 5000, 3, 800, .99), two(1, 1, 0, 1, .9)
  )
)

pairs <- function(a, b, c, d)
  case(
    paste(a, b, c, d),
    sprintf(
      paste(
        "mcnemar.test(matrix(c(%s,%s,%s,%s),2,byrow=TRUE),correct=FALSE)",
        "mcnemar.test(matrix(c(%s,%s,%s,%s),2,byrow=TRUE))",
        "binom.test(%s,%s,.5)$p.value", "newcombe_paired(%s,%s,%s,%s,.95)",
        sep = "; "
      ),
      a, b, c, d, a, b, c, d, b, b + c, a, b, c, d
    ),
    list(counts = c(a, b, c, d)),
    function(v) list(
      test = unname(c(v[[1]]$statistic, v[[1]]$p.value)), continuity = unname(c(v[[2]]$statistic, v[[2]]$p.value)),
      exact = v[[3]], difference = v[[4]]
    )
  )
write_reference(
  "mcnemar", character(0), definitions = c("wilson", "newcombe_paired"), absolute = 1e-15,
  list(pairs(40, 12, 5, 43), pairs(59, 6, 16, 80), pairs(0, 1, 0, 3), pairs(3, 8, 0, 0), pairs(100, 250, 200, 400))
)

matrix_text <- function(m) sprintf("matrix(c(%s),%d,byrow=TRUE)", paste(t(m), collapse = ","), nrow(m))
agreement <- function(name, m, weights)
  case(
    paste(name, weights, sep = ", "), sprintf("kappa_(%s,\"%s\")", matrix_text(m), weights),
    list(table = as.vector(t(m)), k = nrow(m)), I
  )
tables <- list(
  "two categories" = matrix(c(40, 9, 6, 45), 2, byrow = TRUE),
  "four categories" = matrix(c(22, 2, 2, 0, 5, 7, 14, 0, 0, 2, 36, 0, 0, 1, 17, 10), 4, byrow = TRUE),
  "a category that one rater never uses" = matrix(c(5, 3, 0, 0, 0, 0, 1, 2, 9), 3, byrow = TRUE),
  "worse than chance" = matrix(c(1, 9, 8, 2), 2, byrow = TRUE)
)
# Fleiss 1971, table 1: 30 patients, 6 psychiatrists, 5 diagnoses, are not in a package; these made up units are.
units <- matrix(c(0, 0, 0, 0, 14, 0, 2, 6, 4, 2, 0, 0, 3, 5, 6, 0, 3, 9, 2, 0, 2, 2, 8, 1, 1, 7, 7, 0, 0, 0, 3, 2, 6, 3,
  0, 2, 5, 3, 2, 2, 6, 5, 2, 1, 0, 0, 2, 2, 3, 7), 10, byrow = TRUE)
write_reference(
  "kappa", character(0), definitions = c("kappa_", "fleiss"), absolute = 1e-15,
  c(
    unlist(lapply(names(tables), function(name) lapply(
      c("unweighted", "linear", "quadratic"), function(w) agreement(name, tables[[name]], w)
    )), recursive = FALSE),
    list(case(
      "ten units, fourteen ratings", sprintf("fleiss(%s)", matrix_text(units)),
      list(counts = as.vector(t(units)), k = ncol(units)), I
    ))
  )
)
