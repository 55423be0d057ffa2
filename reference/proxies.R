# Inputs that stand in for a protected group.
source("cases.R")
suppressMessages(library(survey))
suppressMessages(library(pROC))

association_of <- function(code, member) {
  t <- table(code, member)
  n <- sum(t)
  r <- nrow(t)
  phi <- max(0, suppressWarnings(chisq.test(t, correct = FALSE))$statistic[[1]] / n - (r - 1) / (n - 1))
  v <- sqrt(phi / (min(r - (r - 1)^2 / (n - 1), 2 - 1 / (n - 1)) - 1))
  h <- function(p) -sum(p[p > 0] * log(p[p > 0]))
  i <- h(rowSums(t) / n) + h(colSums(t) / n) - h(t / n)
  c(v, max(0, i - (r - 1) / (2 * n)) / h(colSums(t) / n))
}
# LeDell, Petersen & van der Laan with Nadeau & Bengio's factor, over all pairs; the folds' AUCs by pROC.
folded_of <- function(score, event, fold, cluster) {
  k <- length(unique(fold))
  auc <- sapply(sort(unique(fold)), function(f) {
    s <- fold == f
    as.numeric(roc(event[s], score[s], levels = c(0, 1), direction = "<", quiet = TRUE)$auc)
  })
  psi <- numeric(length(score))
  for (i in seq_along(score)) {
    other <- score[fold == fold[i] & event != event[i]]
    below <- if (event[i] == 1) other < score[i] else other > score[i]
    own <- sum(fold == fold[i] & event == event[i])
    psi[i] <- (mean(below + .5 * (other == score[i])) - auc[fold[i] + 1]) / (k * own)
  }
  c <- length(unique(cluster))
  c(mean(auc), sqrt((1 + k / (k - 1)) * c / (c - 1) * sum(rowsum(psi, cluster)^2)))
}
gap_of <- function(x, a, p, cluster) {
  d <- svydesign(ids = ~cluster, weights = ~one, data = data.frame(
    one = 1, cluster = cluster, ax = a * x, a = a, bx = (1 - a) * x, b = 1 - a, px = p * x, p = p, qx = (1 - p) * x, q = 1 - p,
    pa = p * a, qa = (1 - p) * a
  ))
  t <- svytotal(~ ax + a + bx + b + px + p + qx + q + pa + qa, d)
  k <- svycontrast(t, list(
    true = quote(ax / a - bx / b), proxy = quote(px / p - qx / q), factor = quote(pa / p - qa / q),
    rest = quote(px / p - qx / q - (pa / p - qa / q) * (ax / a - bx / b))
  ))
  rbind(coef(k), SE(k))
}

set.seed(77)
n <- 300
rows <- list(a = rbinom(n, 1, .35), cluster = sample(1:110, n, TRUE))
rows$zip <- ifelse(runif(n) < .6, 3 * rows$a + sample(0:2, n, TRUE), sample(0:7, n, TRUE))
rows$score <- round(rows$a + rnorm(n), 1)
rows$fold <- rows$cluster %% 4
rows$p <- plogis(rows$zip - 2.5)
rows$x <- rbinom(n, 1, .1 + .15 * rows$a + .05 * (rows$zip > 3))
rows$hard <- +(rows$zip >= 3)
rows$single <- seq_len(n)
rows$noise <- sample(0:40, n, TRUE)
with_ <- function(r, ...) case(paste(...), r, rows, reads = rows)
write_reference(
  "proxies", c("survey", "pROC"), definitions = c("association_of", "folded_of", "gap_of"),
  cases = list(
    with_("association_of(zip,a)", "association zip"),
    with_("association_of(noise,a)", "association noise"),
    with_("folded_of(score,a,fold,cluster)", "folded cluster"),
    with_("folded_of(score,a,fold,single)", "folded single"),
    with_("gap_of(x,a,p,cluster)", "gap p cluster"),
    with_("gap_of(x,a,hard,cluster)", "gap hard cluster"),
    with_("gap_of(x,a,p,single)", "gap p single")
  )
)
