# A binary outcome known for every row, alone and in clusters: rates, Brier score and log loss.
source("cases.R")
suppressMessages(library(survey))

share_of <- function(y, cluster) {
  d <- svydesign(ids = ~cluster, weights = ~one, data = data.frame(y = y, cluster = cluster, one = 1))
  m <- svymean(~y, d)
  c(coef(m)[[1]], SE(m)[[1]])
}
# p, its standard error, Wilson's interval without continuity correction.
rate_of <- function(y) {
  p <- mean(y)
  c(p, sqrt(p * (1 - p) / length(y)), prop.test(sum(y), length(y), correct = FALSE)$conf.int)
}
# Wilson's interval at the effective size of p.
effective <- function(share, n) {
  size <- min(n, share[1] * (1 - share[1]) / share[2]^2)
  z <- qnorm(.975)
  centre <- (share[1] + z^2 / (2 * size)) / (1 + z^2 / size)
  half <- z * sqrt(share[1] * (1 - share[1]) / size + z^2 / (4 * size^2)) / (1 + z^2 / size)
  c(centre - half, centre + half)
}
# Mean loss, loss of one risk for all, 1 - their ratio, with standard errors.
skill_of <- function(loss, none, cluster) {
  d <- svydesign(ids = ~cluster, weights = ~one, data = data.frame(loss = loss, none = none, cluster = cluster, one = 1))
  m <- svymean(~loss, d)
  r <- svyratio(~loss, ~none, d)
  c(coef(m)[[1]], SE(m)[[1]], mean(none), 1 - coef(r)[[1]], SE(r)[[1]])
}
brier_of <- function(event, risk, cluster) skill_of((event - risk)^2, (event - mean(event))^2, cluster)
log_of <- function(event, risk, cluster) {
  ll <- function(r) -(event * log(r) + (1 - event) * log(1 - r))
  skill_of(ll(risk), ll(rep(mean(event), length(event))), cluster)
}

set.seed(613)
of <- function(n_clusters, rows, spread) {
  size <- rpois(n_clusters, rows - 1) + 1
  cluster <- rep(seq_len(n_clusters), size)
  own <- rnorm(n_clusters, 0, spread)[cluster]
  risk <- round(plogis(-1 + own + rnorm(length(cluster), 0, .6)), 3)
  event <- rbinom(length(cluster), 1, plogis(-.8 + .8 * own))
  list(event = event, risk = risk, cluster = cluster)
}
samples <- list(sixty_patients = of(60, 3, 1), hundred_patients = of(100, 2, .5), fifteen_patients = of(15, 8, 1.2))
own <- c("share_of", "rate_of", "effective", "skill_of", "brier_of", "log_of")
each <- function(call) lapply(names(samples), function(name) {
  case(name, call, samples[[name]], reads = samples[[name]])
})
write_reference("clustered-scores", "survey", definitions = own, cases = each(
  "c(brier_of(event,risk,cluster),log_of(event,risk,cluster))"
))
write_reference("binary-two-by-two", "survey", definitions = own, cases = each(paste0(
  "with(list(y=as.integer(risk>=.3)[event==1],k=cluster[event==1]),",
  "c(rate_of(y),share_of(y,k),effective(share_of(y,k),length(y))))"
)))
