# Measures that the calls name and no package has under one name. time, event (or status), r = predicted risk,
# h = horizon, pt = threshold; event 1 is the cause of interest, 2 the competing one.

#' Net benefit under censoring (Vickers 2008): Kaplan–Meier inside those at or above the threshold.
nb_km <- function(time, status, r, pt, h) {
  pos <- r >= pt
  if (!any(pos)) return(0)
  S <- summary(survfit(Surv(time[pos], status[pos]) ~ 1), times = h, extend = TRUE)$surv
  mean(pos) * ((1 - S) - S * pt / (1 - pt))
}

nb_km_all <- function(time, status, pt, h) {
  S <- summary(survfit(Surv(time, status) ~ 1), times = h, extend = TRUE)$surv
  (1 - S) - S * pt / (1 - pt)
}

#' Observed over expected, with the interval of a Poisson count.
oe <- function(time, status, r, h) {
  s <- summary(survfit(Surv(time, status) ~ 1), times = h, extend = TRUE)
  o <- 1 - s$surv
  e <- mean(r)
  half <- qnorm(.975) * sqrt(1 / sum(status[time <= h]))
  c(obs = o, exp = e, oe = o / e, oe_lower = o / e * exp(-half), oe_upper = o / e * exp(half))
}

#' The same with the interval that Kaplan–Meier's standard error gives.
oe2 <- function(time, status, r, h) {
  a <- oe(time, status, r, h)
  s <- summary(survfit(Surv(time, status) ~ 1), times = h, extend = TRUE)
  g <- s$std.err / (1 - s$surv)
  z <- qnorm(.975)
  c(a, obs_se = s$std.err, oe_km_lower = a[["oe"]] * exp(-z * g), oe_km_upper = a[["oe"]] * exp(z * g))
}

#' Calibration in groups at quantiles (type 7) of the predicted risk.
cal_groups <- function(time, status, r, h, g = 5) {
  b <- cut(r, unique(quantile(r, seq(0, 1, 1 / g))), include.lowest = TRUE)
  s <- summary(survfit(Surv(time, status) ~ b), times = h, extend = TRUE)
  data.frame(
    n = as.vector(table(b)), pred = as.vector(tapply(r, b, mean)), obs = 1 - s$surv, se = s$std.err,
    lower = 1 - s$upper, upper = 1 - s$lower
  )
}

#' Smooth calibration (Austin, Harrell & van Klaveren 2020): Cox on a restricted cubic spline of
#' log(-log(1-r)).
ici_cox <- function(time, status, r, h) {
  x <- log(-log(1 - r))
  k <- quantile(x, c(.1, .5, .9))
  X <- Hmisc::rcspline.eval(x, knots = k, inclx = TRUE)
  f <- coxph(Surv(time, status) ~ X, control = coxph.control(eps = 1e-14, iter.max = 100))
  S0 <- survfit(f, newdata = list(X = X[1, , drop = FALSE]), se.fit = FALSE)
  H0 <- approx(c(0, S0$time), c(0, S0$cumhaz), xout = h, method = "constant", rule = 2)$y
  ob <- 1 - exp(-H0 * exp(drop(X %*% coef(f)) - sum(X[1, ] * coef(f))))
  a <- abs(ob - r)
  c(ICI = mean(a), E50 = median(a), E90 = unname(quantile(a, .9)), Emax = max(a))
}

#' Errors of the smooth calibration curve of cause 1, and the curve at five risks: a Fine-Gray model on a
#' restricted cubic spline of the risk.
ici_crr <- function(time, event, r, h, at = c(.02, .1, .25, .5, .9)) {
  x <- log(-log(1 - r))
  k <- quantile(x, c(.1, .5, .9))
  spline <- function(x) Hmisc::rcspline.eval(x, knots = k, inclx = TRUE)
  f <- crr(time, event, spline(x), failcode = 1, cencode = 0, gtol = 1e-12, maxiter = 100, variance = FALSE)
  hazard <- sum(f$bfitj[f$uftime <= h])
  curve <- function(r) 1 - exp(-hazard * exp(drop(spline(log(-log(1 - r))) %*% f$coef)))
  a <- abs(curve(r) - r)
  list(
    errors = c(ICI = mean(a), E50 = median(a), E90 = unname(quantile(a, .9)), Emax = max(a)),
    curve = data.frame(risk = at, observed = curve(at))
  )
}

#' Probability of not being censored, as riskRegression::Score has it: an event at t precedes a censoring at
#' t.
ipcw_G <- function(time, status) {
  s <- survfit(Surv(time, status) ~ 1)
  ca <- s$n.censor
  list(time = s$time, G = cumprod(1 - ifelse(ca > 0, ca / (s$n.risk - s$n.event), 0)))
}

ipcw_w <- function(time, status, h) {
  k <- ipcw_G(time, status)
  g <- function(t, left) c(1, k$G)[findInterval(t, k$time, left.open = left) + 1]
  ifelse(time <= h & status == 1, 1 / g(time, TRUE), ifelse(time > h, 1 / g(h, FALSE), 0))
}

brier_ipcw <- function(time, status, r, h) {
  w <- ipcw_w(time, status, h)
  mean(w * (as.numeric(time <= h & status == 1) - r)^2)
}

auc_ipcw <- function(time, status, r, h) {
  w <- ipcw_w(time, status, h)
  ca <- which(time <= h & status == 1)
  co <- which(time > h)
  num <- 0
  for (i in ca) num <- num + w[i] * sum(w[co] * ((r[i] > r[co]) + .5 * (r[i] == r[co])))
  num / (sum(w[ca]) * sum(w[co]))
}

logloss_ipcw <- function(time, status, r, h, eps = 1e-15) {
  w <- ipcw_w(time, status, h)
  d <- as.numeric(time <= h & status == 1)
  q <- pmin(pmax(r, eps), 1 - eps)
  -mean(w * (d * log(q) + (1 - d) * log(1 - q)))
}

#' Calibration slope: Cox on the linear predictor.
slope <- function(time, status, lp) {
  f <- coxph(Surv(time, status) ~ lp, control = coxph.control(eps = 1e-14, iter.max = 100))
  b <- unname(coef(f))
  se <- sqrt(vcov(f)[1])
  c(slope = b, se = se, lower = b - qnorm(.975) * se, upper = b + qnorm(.975) * se)
}

slope_h <- function(time, status, lp, h) slope(pmin(time, h), ifelse(time > h, 0, status), lp)

#' Two-by-two table by weights of one pooled censoring curve; per1000 of the whole cohort, own1000 of those
#' kept.
tbt <- function(time, status, r, h, pt, keep = rep(TRUE, length(time))) {
  w <- ipcw_w(time, status, h)
  n <- length(time)
  f <- r >= pt
  ev <- time <= h & status == 1
  ne <- time > h
  S <- function(k) sum(w[k & keep])
  c4 <- c(TP = S(f & ev), FP = S(f & ne), FN = S(!f & ev), TN = S(!f & ne))
  T <- sum(c4)
  c(
    n = sum(keep), n_flag = sum(f & keep), events = sum(ev & keep),
    censored_before = sum(time <= h & status == 0 & keep), c4, per1000 = 1000 * c4 / n,
    own1000 = 1000 * c4 / T,
    sens = c4[["TP"]] / (c4[["TP"]] + c4[["FN"]]), spec = c4[["TN"]] / (c4[["TN"]] + c4[["FP"]]),
    ppv = c4[["TP"]] / (c4[["TP"]] + c4[["FP"]]), npv = c4[["TN"]] / (c4[["TN"]] + c4[["FN"]]),
    prev = (c4[["TP"]] + c4[["FN"]]) / T
  )
}

tbt_strata <- function(time, status, r, h, pt, g) {
  a <- tbt(time, status, r, h, pt)
  l <- sort(unique(g))
  b <- t(sapply(l, function(k) tbt(time, status, r, h, pt, g == k)))
  rownames(b) <- l
  d <- colSums(b) - a
  d[13:length(d)] <- NA
  rbind(whole = a, b, sum_minus_whole = d)
}

#' Aalen–Johansen at a horizon, as survfit has it.
aj <- function(time, event, h) {
  fit <- survfit(Surv(time, factor(event, 0:2, c("cens", "c1", "c2"))) ~ 1, se.fit = TRUE)
  s <- summary(fit, times = h, extend = TRUE)
  c(
    f1 = s$pstate[1, 2], se = s$std.err[1, 2], lower = s$lower[1, 2], upper = s$upper[1, 2],
    f2 = s$pstate[1, 3]
  )
}

oe_aj <- function(time, event, r, h) {
  a <- aj(time, event, h)
  o <- a[["f1"]]
  e <- mean(r)
  s <- a[["se"]] / o
  z <- qnorm(.975)
  c(obs = o, obs_se = a[["se"]], exp = e, oe = o / e, oe_lower = o / e * exp(-z * s),
    oe_upper = o / e * exp(z * s))
}

cal_groups_aj <- function(time, event, r, h, g = 5) {
  b <- cut(r, unique(quantile(r, seq(0, 1, 1 / g))), include.lowest = TRUE)
  do.call(rbind, lapply(levels(b), function(l) {
    k <- b == l
    a <- aj(time[k], event[k], h)
    data.frame(
      n = sum(k), pred = mean(r[k]), obs = a[["f1"]], se = a[["se"]], lower = a[["lower"]],
      upper = a[["upper"]]
    )
  }))
}

#' ipcw_w where causes compete: an event of either cause ends the follow-up uncensored.
ipcw_cr <- function(time, event, h) {
  k <- ipcw_G(time, event != 0)
  g <- function(t, left) c(1, k$G)[findInterval(t, k$time, left.open = left) + 1]
  ifelse(time <= h & event != 0, 1 / g(time, TRUE), ifelse(time > h, 1 / g(h, FALSE), 0))
}

logloss_cr <- function(time, event, r, h, eps = 1e-15) {
  w <- ipcw_cr(time, event, h)
  d <- as.numeric(time <= h & event == 1)
  q <- pmin(pmax(r, eps), 1 - eps)
  -mean(w * (d * log(q) + (1 - d) * log(1 - q)))
}

nb_aj <- function(time, event, r, pt, h) {
  k <- r >= pt
  if (!any(k)) return(0)
  F <- aj(time[k], event[k], h)[["f1"]]
  mean(k) * (F - (1 - F) * pt / (1 - pt))
}

nb_aj_all <- function(time, event, pt, h) {
  F <- aj(time, event, h)[["f1"]]
  F - (1 - F) * pt / (1 - pt)
}

#' How far 1 − Kaplan–Meier, with competing events as censorings, overstates the risk.
km_gap <- function(time, event, h) {
  k <- 1 - summary(survfit(Surv(time, event == 1) ~ 1), times = h, extend = TRUE)$surv
  a <- aj(time, event, h)[["f1"]]
  c(one_minus_km = k, aj = a, gap = k - a, ratio = k / a)
}

pseudo_aj <- function(time, event,
  h) as.vector(jackknife(prodlim(Hist(time, event) ~ 1), cause = 1, times = h))

#' Calibration intercept (slope held at 1), and intercept and slope together, of pseudo-values on
#' x = log(-log(1 - r)): nonlinear least squares of 1 - exp(-exp(a + b x)) with sandwich standard errors.
cal_pseudo <- function(time, event, r, h) {
  p <- pseudo_aj(time, event, h)
  x <- log(-log(1 - r))
  solve_for <- function(X, offset, b) {
    repeat {
      eta <- drop(X %*% b) + offset
      D <- exp(eta - exp(eta))
      step <- drop(solve(crossprod(X * D), crossprod(X * D, p + expm1(-exp(eta)))))
      b <- b + step
      if (max(abs(step)) < 1e-14) break
    }
    A <- solve(crossprod(X * D))
    e <- p + expm1(-exp(eta))
    list(b = b, se = sqrt(diag(A %*% crossprod(X * D * e) %*% A)))
  }
  one <- solve_for(cbind(rep(1, length(p))), x, 0)
  two <- solve_for(cbind(1, x), 0, c(0, 1))
  list(intercept = c(one$b, one$se), joint = unname(c(two$b, two$se)))
}

#' glm() of a binary outcome, converged: once more from its solution.
glm_converged <- function(formula, data, weight = rep(1, nrow(data))) {
  data$weight <- weight
  control <- list(epsilon = 1e-14, maxit = 100)
  fit <- glm(formula, binomial, data, weights = weight, control = control)
  glm(formula, binomial, data, weights = weight, control = control, start = coef(fit))
}

#' Calibration in the large with its standard error.
citl <- function(y, p) {
  f <- glm_converged(y ~ offset(qlogis(p)), data.frame(y, p))
  c(coef(f), sqrt(vcov(f)[1]))
}

#' Calibration intercept and slope, fitted together, with their standard errors.
calslope <- function(y, p) {
  f <- glm_converged(y ~ qlogis(p), data.frame(y, p))
  c(coef(f), sqrt(diag(vcov(f))))
}

#' Chi-square and p value of rms::val.prob's test of unreliability, with its logistic fit converged.
unreliability <- function(y, p) {
  x <- qlogis(p)
  f <- lrm.fit(x, y, initial = coef(glm_converged(y ~ x, data.frame(y, x))), maxit = 2, eps = 1e-9, tol = 1e-14)
  v <- val.prob
  environment(v) <- list2env(list(lrm.fit = function(...) if (nargs() > 2) lrm.fit(...) else f),
    parent = asNamespace("rms"))
  v(p, y, pl = FALSE)[c("U:Chi-sq", "U:p")]
}

#' lrm.fit() with a ridge penalty of theta times the variance of each column: coefficients, variance, deviance without
#' the penalty, what the penalty takes from the log likelihood, and the trace of variance times information.
ridge_fit <- function(x, y, theta) {
  penalty <- theta * apply(x, 2, var)
  f <- lrm.fit(x, y, penalty.matrix = diag(penalty, ncol(x)), eps = 1e-15, maxit = 100, tol = 1e-14)
  b <- unname(coef(f))
  p <- plogis(drop(cbind(1, x) %*% b))
  information <- crossprod(cbind(1, x) * sqrt(p * (1 - p)))
  list(
    coef = b, var = unname(f$var), loglik = sum(log(ifelse(y == 1, p, 1 - p))),
    penalty = sum(penalty * b[-1]^2) / 2, df = sum(diag(f$var %*% information))
  )
}

#' Average precision, equal scores flagged together.
ap <- function(y, s) {
  o <- order(-s)
  y <- y[o]
  s <- s[o]
  last <- c(s[-1] != s[-length(s)], TRUE)
  found <- cumsum(y)[last]
  sum(diff(c(0, found / sum(y))) * found / which(last))
}

#' The highest of the scores at which at least this share of the cases is flagged, and what follows there.
ppv_at <- function(y, s, target) {
  r <- roc(y, s, levels = c(0, 1), direction = "<", quiet = TRUE)
  k <- coords(r, "all", ret = c("threshold", "sensitivity", "specificity", "ppv", "tp", "fp"), transpose = FALSE)
  k <- k[max(which(k$sensitivity >= target)), ]
  n <- k$tp + k$fp
  limits <- if (k$fp == 0) binom.test(k$tp, n)$conf.int else prop.test(k$tp, n, correct = FALSE)$conf.int
  c(min(s[s > k$threshold]), k$sensitivity, k$specificity, n, k$tp, k$ppv, limits)
}

#' Log loss with the standard error of a mean; skill of Brier score and of log loss over the event rate, each with the
#' standard error of the delta method.
binary_scores <- function(y, p) {
  q <- pmin(pmax(p, 1e-15), 1 - 1e-15)
  m <- mean(y)
  log_loss <- -(y * log(q) + (1 - y) * log(1 - q))
  none <- -(y * log(m) + (1 - y) * log(1 - m))
  skill <- function(a, b) {
    ratio <- mean(a) / mean(b)
    c(1 - ratio, sd((ratio * b - a) / mean(b)) / sqrt(length(a)))
  }
  list(
    log_loss = c(mean(log_loss), sd(log_loss) / sqrt(length(y)), mean(none)),
    brier_skill = skill((y - p)^2, (y - m)^2), log_skill = skill(log_loss, none)
  )
}

#' Patients, share with the event and mean risk between two quantiles of the risk.
hl_bins <- function(y, p, g) {
  b <- cut(p, unique(quantile(p, seq(0, 1, 1 / g))), include.lowest = TRUE)
  d <- data.frame(n = as.vector(tapply(y, b, length)), obs = as.vector(tapply(y, b, mean)),
    pred = as.vector(tapply(p, b, mean)))
  d[!is.na(d$n), ]
}

#' Hosmer and Lemeshow's chi-square over those groups, with g - 2 and with g degrees of freedom: each with its p value.
hl_q <- function(y, p, g) {
  d <- hl_bins(y, p, g)
  X <- sum((d$n * d$obs - d$n * d$pred)^2 / (d$n * d$pred * (1 - d$pred)))
  k <- nrow(d)
  c(X, k, pchisq(X, k, lower.tail = FALSE), if (k > 2) c(k - 2, pchisq(X, k - 2, lower.tail = FALSE)))
}

#' Net benefit at each threshold of the model, of flagging everybody and of the one over the other, each with the standard
#' error of the mean of what the patients add.
nb_ci <- function(y, p, thresholds) {
  each <- lapply(thresholds, function(t) {
    u <- ifelse(y == 1, 1, -t / (1 - t))
    parts <- list(u * (p >= t), u, u * (p >= t) - u)
    c(sapply(parts, mean), sapply(parts, sd) / sqrt(length(y)))
  })
  m <- do.call(rbind, each)
  list(model = m[, 1], all = m[, 2], over = m[, 3], se_model = m[, 4], se_all = m[, 5], se_over = m[, 6])
}
