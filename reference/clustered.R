# Rows that come in clusters: a mean, and the area under the ROC curve.
source("cases.R")
suppressMessages(library(survey))
suppressMessages(library(pROC))

mean_of <- function(x, cluster) {
  d <- svydesign(ids = ~cluster, weights = ~one, data = data.frame(x = x, cluster = cluster, one = 1))
  m <- svymean(~x, d)
  c(coef(m)[[1]], SE(m)[[1]])
}
# Obuchowski 1997, over all pairs and clusters one by one.
auc_of <- function(score, event, cluster) {
  psi <- outer(score[event == 1], score[event == 0], function(a, b) (a > b) + .5 * (a == b))
  auc <- mean(psi)
  case_cluster <- cluster[event == 1]
  control_cluster <- cluster[event == 0]
  ids <- unique(cluster)
  away <- function(share, own) sapply(ids, function(id) sum(share[own == id] - auc))
  v <- away(rowMeans(psi), case_cluster)
  w <- away(colMeans(psi), control_cluster)
  m <- length(case_cluster)
  n <- length(control_cluster)
  with_cases <- length(unique(case_cluster))
  with_controls <- length(unique(control_cluster))
  s10 <- with_cases / ((with_cases - 1) * m) * sum(v^2)
  s01 <- with_controls / ((with_controls - 1) * n) * sum(w^2)
  s11 <- length(ids) / (length(ids) - 1) * sum(v * w)
  c(auc, sqrt(s10 / m + s01 / n + 2 * s11 / (m * n)))
}
# One row in each cluster: pROC's DeLong.
single <- function(score, event) {
  r <- roc(event, score, levels = c(0, 1), direction = "<", quiet = TRUE)
  c(as.numeric(r$auc), sqrt(var(r)))
}

set.seed(412)
of <- function(n_clusters, rows, spread) {
  size <- rpois(n_clusters, rows - 1) + 1
  cluster <- rep(seq_len(n_clusters), size)
  own <- rnorm(n_clusters, 0, spread)[cluster]
  score <- round(own + rnorm(length(cluster)), 1)
  event <- rbinom(length(cluster), 1, plogis(score - 1 + own))
  list(score = score, event = event, cluster = cluster)
}
samples <- list(forty_patients = of(40, 4, 1.5), ninety_patients = of(90, 2, .5), ten_patients = of(10, 6, 1))
alone <- of(60, 1, 0)
alone$cluster <- seq_along(alone$cluster)
write_reference(
  "clustered", c("survey", "pROC"), definitions = c("mean_of", "auc_of", "single"),
  cases = c(
    lapply(names(samples), function(name) {
      s <- samples[[name]]
      case(name, "c(mean_of(score,cluster),mean_of(event,cluster),auc_of(score,event,cluster))", s, reads = s)
    }),
    list(case(
      "one row each", "c(mean(score),sd(score)/sqrt(length(score)),mean_of(event,cluster),single(score,event))", alone,
      reads = alone
    ))
  )
)

# Calibration: coefficients, sandwich errors and the ratio of observed to expected by survey.
calibration <- function(event, risk, cluster) {
  d <- data.frame(event = event, risk = risk, x = qlogis(risk), cluster = cluster, one = 1)
  g <- svydesign(ids = ~cluster, weights = ~one, data = d)
  large <- svyglm(event ~ 1, g, family = quasibinomial(), offset = x, control = glm.control(1e-15, 100))
  joint <- svyglm(event ~ x, g, family = quasibinomial(), control = glm.control(1e-15, 100))
  v <- vcov(joint)
  away <- coef(joint) - c(0, 1)
  ratio <- svyratio(~event, ~risk, g)
  unname(c(
    coef(large), SE(large), coef(joint), SE(joint), away %*% solve(v, away),
    coef(ratio), SE(ratio), coef(ratio) * exp(c(-1, 1) * qnorm(.975) * SE(ratio) / coef(ratio))
  ))
}
calibrated <- lapply(c(samples, list(one_row_each = alone)), function(s) {
  s$risk <- round(plogis(.7 * s$score - .8), 3)
  s
})
write_reference(
  "clustered-calibration", "survey", definitions = "calibration", relative = 1e-9, absolute = 1e-12,
  cases = lapply(names(calibrated), function(name) {
    s <- calibrated[[name]][c("event", "risk", "cluster")]
    case(name, "calibration(event,risk,cluster)", s, reads = s)
  })
)
