# Old model against new on the same patients.
source("cases.R")
suppressMessages(library(survey))
suppressMessages(library(pROC))

# Differences, new less old, with linearised standard errors: PPV, NPV, sensitivity, specificity, flagged, Brier, net benefit.
changes <- function(y, a, b, t, w, cluster) {
  f <- +(a >= t[1])
  g <- +(b >= t[2])
  d <- svydesign(ids = ~cluster, weights = ~one, data = data.frame(
    one = 1, cluster = cluster, y = y, z = 1 - y, f = f, g = g, fy = f * y, gy = g * y, h = 1 - f, k = 1 - g, hz = (1 - f) * (1 - y),
    kz = (1 - g) * (1 - y), brier = (y - b)^2 - (y - a)^2, benefit = g * y - w * g * (1 - y) - f * y + w * f * (1 - y)
  ))
  s <- svycontrast(svytotal(~ one + y + z + f + g + fy + gy + h + k + hz + kz + brier + benefit, d), list(
    ppv = quote(gy / g - fy / f), npv = quote(kz / k - hz / h), sensitivity = quote((gy - fy) / y),
    specificity = quote((kz - hz) / z), alerts = quote((g - f) / one), brier = quote(brier / one), benefit = quote(benefit / one)
  ))
  rbind(coef(s), SE(s))
}
# Kosinski's weighted generalised score statistic.
wgs <- function(y, f, g) {
  n <- c(sum(f), sum(g))
  p <- (sum(f * y) + sum(g * y)) / sum(n)
  c <- sum(f * g * (y - p)^2) / sum(n)
  x2 <- (mean(y[g == 1]) - mean(y[f == 1]))^2 / ((p * (1 - p) - 2 * c) * sum(1 / n))
  pchisq(x2, 1, lower.tail = FALSE)
}
tests <- function(y, a, b, t) {
  f <- +(a >= t[1])
  g <- +(b >= t[2])
  exact <- function(s) binom.test(sum(g[s] > f[s]), sum(g[s] != f[s]))$p.value
  r <- roc.test(roc(y, b, quiet = TRUE, direction = "<"), roc(y, a, quiet = TRUE, direction = "<"), paired = TRUE)
  c(wgs(y, f, g), wgs(1 - y, 1 - f, 1 - g), exact(y == 1), exact(y == 0), r$p.value)
}
# Placements of each row, and the variance of the difference in AUC by clusters.
auc_change <- function(y, a, b, cluster) {
  place <- function(s) {
    v <- outer(s[y == 1], s[y == 0], function(i, j) (i > j) + .5 * (i == j))
    out <- numeric(length(y))
    out[y == 1] <- (rowMeans(v) - mean(v)) / sum(y)
    out[y == 0] <- (colMeans(v) - mean(v)) / sum(1 - y)
    list(mean(v), out)
  }
  old <- place(a)
  new <- place(b)
  c <- length(unique(cluster))
  c(new[[1]] - old[[1]], sqrt(c / (c - 1) * sum(rowsum(new[[2]] - old[[2]], cluster)^2)))
}

set.seed(31)
n <- 400
rows <- list(cluster = sample(1:150, n, TRUE))
x <- rnorm(150)[rows$cluster] + rnorm(n)
rows$y <- rbinom(n, 1, plogis(x - 1))
rows$a <- round(plogis(.7 * x + rnorm(n) - 1), 2)
rows$b <- round(plogis(.9 * x + .6 * rnorm(n) - 1.1), 2)
rows$t <- c(.3, .35)
rows$w <- .3 / .7
rows$single <- seq_len(n)
write_reference(
  "model-change", c("survey", "pROC"), definitions = c("changes", "wgs", "tests", "auc_change"),
  cases = list(
    case("rows", "changes(y,a,b,t,w,single)", rows, reads = rows),
    case("clusters", "changes(y,a,b,t,w,cluster)", rows, reads = rows),
    case("tests", "tests(y,a,b,t)", rows, reads = rows),
    case("AUC of clusters", "auc_change(y,a,b,cluster)", rows, reads = rows)
  )
)
