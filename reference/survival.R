# Survival curves, their intervals, quantiles and restricted means, and the log-rank test.
source("cases.R")
library(survival)

made_up <- function(name, r, time, event, keep, ...)
  case(name, r, list(time = time, event = event, ...), keep, list(t = time, d = event))

# Datasets: the columns of the sample, the call's own words for it, and the group whose curves are told apart.
samples <- list(
  kidney = list(
    r = "Surv(time,status)~1, data=kidney",
    input = with(kidney, list(time = time, event = status))
  ),
  lung = list(
    r = "Surv(time,status)~1, data=lung",
    input = with(lung, list(time = time, event = status == 2))
  ),
  lung_sex = list(
    r = "Surv(time,status)~sex, data=lung",
    input = with(lung, list(time = time, event = status == 2)),
    group = lung$sex
  ),
  aml_x = list(
    r = "Surv(time,status)~x, data=aml",
    input = with(aml, list(time = time, event = status)),
    group = aml$x
  ),
  heart_lt = list(
    r = "Surv(start,stop,event)~1, data=heart",
    input = with(heart, list(entry = start, time = stop, event = event))
  ),
  heart_lt_tx = list(
    r = "Surv(start,stop,event)~transplant, data=heart",
    input = with(heart, list(entry = start, time = stop, event = event)),
    group = heart$transplant
  ),
  veteran_weighted = list(
    r = "Surv(time,status)~trt, data=veteran, weights=karno",
    input = with(veteran, list(time = time, event = status, weight = karno)),
    group = veteran$trt
  ),
  veteran_weighted_frac = list(
    r = "Surv(time,status)~trt, data=veteran, weights=karno/37",
    input = with(veteran, list(time = time, event = status, weight = karno / 37)),
    group = veteran$trt
  )
)

#' A case for each curve of a sample. `keep` takes the call's value, and which curve of how many.
curves <- function(sample, ending, before, after, keep, ...) {
  of <- samples[[sample]]
  parts <- if (is.null(of$group)) list(of$input) else by_group(of$input, of$group)
  lapply(seq_along(parts), function(k) {
    name <- paste0(sample, ending, if (length(parts) > 1) paste0(" ", k))
    case(name, paste0(before, of$r, after), c(parts[[k]], ...), function(value) keep(value, k, length(parts)))
  })
}

row_names <- c(
  time = "time", n_risk = "n.risk", n_event = "n.event", n_censor = "n.censor", surv = "surv",
  std_err_log = "std.err", lower = "lower", upper = "upper", cumhaz = "cumhaz", std_chaz = "std.chaz"
)

#' These columns of one curve of a survfit or its summary.
rows <- function(columns) function(fit, k = 1, n = 1) {
  here <- TRUE
  if (n > 1) here <- (if (is.factor(fit$strata)) as.integer(fit$strata) else rep(seq_len(n), fit$strata)) == k
  lapply(row_names[columns], function(name) column(fit[[name]][here]))
}
curve <- c("time", "n_risk", "n_event", "n_censor", "surv", "std_err_log", "lower", "upper")

write_reference(
  "kaplan-meier", "survival", data = published("kidney", "lung"),
  cases = c(
    curves("kidney", "", "survfit(", ", conf.type=\"log\")", rows(curve)),
    curves("lung", "", "survfit(", ", conf.type=\"log\")", rows(curve)),
    list(
      made_up("all_censored", "survfit(Surv(t,d)~1)", c(2, 5, 5, 9), c(0, 0, 0, 0), rows(curve)),
      made_up("all_events", "survfit(Surv(t,d)~1)", c(2, 5, 7, 9), c(1, 1, 1, 1), rows(curve)),
      made_up("ties_everywhere", "survfit(Surv(t,d)~1)", rep(3, 6), c(1, 1, 0, 1, 0, 0), rows(curve)),
      made_up("all_tied_all_events", "survfit(Surv(t,d)~1)", rep(3, 4), rep(1, 4), rows(curve)),
      made_up("n1_event", "survfit(Surv(t,d)~1)", 4, 1, rows(curve)),
      made_up("n1_censored", "survfit(Surv(t,d)~1)", 4, 0, rows(curve)),
      made_up("time_zero_events", "survfit(Surv(t,d)~1)", c(0, 0, 1, 2, 3), c(1, 0, 1, 0, 1), rows(curve)),
      made_up("time_zero_only", "survfit(Surv(t,d)~1)", c(0, 0, 0), c(1, 0, 1), rows(curve)),
      made_up("last_obs_event_S0", "survfit(Surv(t,d)~1)", c(1, 2, 3), c(0, 0, 1), rows(curve)),
      made_up(
        "near_tied_times_nofix", "survfit(Surv(t,d)~1, timefix=FALSE)", c(1, 1 + 1e-12, 2, 2 + 1e-9),
        rep(1, 4), rows(curve)
      )
    )
  )
)

#' As made_up, with entry times or weights under the call's own names s and w.
made_up_with <- function(name, r, input) {
  in_call <- c(time = "t", event = "d", entry = "s", weight = "w")
  case(name, r, input, rows(names(row_names)), setNames(input, in_call[names(input)]))
}

write_reference(
  "kaplan-meier-rows", "survival", data = published("heart", "veteran", "kidney", "aml"),
  cases = c(
    curves("heart_lt", ".log", "survfit(", ", conf.type=\"log\")", rows(names(row_names))),
    curves("heart_lt_tx", ".log", "survfit(", ", conf.type=\"log\")", rows(names(row_names))),
    curves("veteran_weighted", "", "survfit(", ")", rows(names(row_names))),
    curves("veteran_weighted_frac", "", "survfit(", ")", rows(names(row_names))),
    list(
      made_up_with(
        "weights_zero", "survfit(Surv(t,d)~1, weights=w)",
        list(time = c(1, 2, 3, 4), event = c(1, 1, 0, 1), weight = c(1, 0, 2, 0.5))
      ),
      made_up_with(
        "weights_frac", "survfit(Surv(t,d)~1, weights=w)",
        list(time = c(1, 2, 2, 3, 4), event = c(1, 1, 0, 1, 1), weight = c(0.3, 1.7, 2.2, 0.9, 1.1))
      ),
      made_up_with(
        "lt_riskset_empties", "survfit(Surv(s,t,d)~1)",
        list(entry = c(0, 0, 5, 6), time = c(2, 3, 8, 9), event = c(1, 1, 1, 0))
      )
    ),
    curves("kidney", ".log", "survfit(", ", conf.type=\"log\")", rows(names(row_names))),
    curves("aml_x", ".log", "survfit(", ", conf.type=\"log\")", rows(names(row_names)))
  )
)

kinds <- c(
  sapply(c("log", "log-log", "plain", "logit", "arcsin"),
    function(kind) sprintf(", conf.type=\"%s\")", kind)),
  cl90 = ", conf.int=.90, conf.type=\"log-log\")"
)
write_reference(
  "kaplan-meier-interval", "survival", data = published("kidney", "aml", "heart"),
  cases = unlist(recursive = FALSE, lapply(c("kidney", "aml_x", "heart_lt"), function(sample)
    unlist(recursive = FALSE, lapply(names(kinds), function(kind)
      curves(sample, paste0(".", kind), "survfit(", kinds[[kind]], rows(c("lower", "upper")))))))
)

write_reference(
  "fleming-harrington", "survival", data = published("kidney", "lung", "aml", "heart"),
  cases = unlist(recursive = FALSE,
    lapply(c("kidney", "lung", "aml_x", "heart_lt", "heart_lt_tx"), function(sample)
    curves(sample, "", "survfit(", ", stype=2, ctype=2)", rows(c("surv", "std_err_log", "lower", "upper")))))
)

quantiles <- function(q, k, n) lapply(q, function(x) column(if (n > 1) x[k, ] else x))
write_reference(
  "survival-quantile", "survival", data = published("kidney", "lung", "aml", "heart"),
  cases = unlist(recursive = FALSE, lapply(c("kidney", "lung_sex", "aml_x", "heart_lt"), function(sample)
    unlist(recursive = FALSE, lapply(c("log", "log-log", "plain"), function(kind)
      curves(
        sample, paste0(".quantile.", kind), "quantile(survfit(",
        sprintf(", conf.type=\"%s\"), probs=c(.25,.5,.75))", kind),
        quantiles
      )))))
)

median_of <- function(q, ...) q$quantile[["50"]]
write_reference(
  "median", "survival", data = published("kidney", "lung"),
  cases = c(
    list(
      made_up("median_never_reached", "quantile(survfit(Surv(t,d)~1),.5)", 1:5, c(1, 0, 0, 0, 0), median_of),
      made_up("median_flat_at_half", "quantile(survfit(Surv(t,d)~1),.5)", c(1, 2, 4, 8), rep(1, 4), median_of)
    ),
    curves("kidney", "", "quantile(survfit(", ", conf.type=\"log\"), probs=c(.25,.5,.75))", median_of),
    curves("lung", "", "quantile(survfit(", ", conf.type=\"log\"), probs=c(.25,.5,.75))", median_of)
  )
)

at <- list(at = c(0, 100, 182.5, 365, 730, 1000, 2000))
at_times <- function(name, columns) {
  parts <- by_group(samples$lung$input, lung$sex)
  r <- paste0(
    "summary(survfit(Surv(time,status)~sex,data=lung), times=c(0,100,182.5,365,730,1000,2000), ",
    "extend=TRUE)"
  )
  lapply(1:2, function(k) case(paste(name, k), r, c(parts[[k]], at), function(s) {
    kept <- rows(columns)(s, k, 2)
    setNames(kept, sub("std_err_log", "std_err", names(kept)))
  }))
}
write_reference(
  "survival-at", "survival", data = published("lung"),
  cases = at_times("lung, sex", c("surv", "std_err_log", "lower", "upper", "n_risk"))
)
write_reference(
  "numbers-at-risk", "survival", data = published("lung"),
  cases = at_times("lung_sex", c("n_risk", "n_event", "n_censor"))
)

mean_and_se <- function(s, k = 1, n = 1) {
  of <- c("rmean", "se(rmean)")
  column(if (n > 1) s$table[k, of] else s$table[of])
}
restricted <- function(sample, horizon)
  curves(
    sample, paste0(".rmst_", horizon), "summary(survfit(", sprintf("), rmean=%d)", horizon), mean_and_se,
    horizon = horizon
  )
write_reference(
  "restricted-mean", "survival", data = published("kidney", "lung", "aml", "heart"),
  cases = c(
    restricted("kidney", 200), restricted("lung", 365), restricted("lung", 730), restricted("lung_sex", 500),
    restricted("aml_x", 30), restricted("heart_lt", 300), restricted("heart_lt_tx", 300),
    list(
      made_up(
        "rmst_tau_beyond_last", "summary(survfit(Surv(t,d)~1), rmean=20)", c(1, 2, 4, 8), c(1, 1, 0, 1),
        mean_and_se,
        horizon = 20
      ),
      made_up(
        "rmst_tau_beyond_last_censored", "summary(survfit(Surv(t,d)~1), rmean=20)", c(1, 2, 4, 8),
        c(1, 1, 0, 0),
        mean_and_se,
        horizon = 20
      )
    )
  )
)
write_reference(
  "restricted-mean-difference", "survival", data = published("lung"),
  cases = list(case(
    "lung_sex",
    paste0(
      "{s<-summary(survfit(Surv(time,status)~sex,data=lung),rmean=700)$table; ",
      "d<-s[2,\"rmean\"]-s[1,\"rmean\"]; se<-sqrt(sum(s[,\"se(rmean)\"]^2)); c(diff=unname(d),se=se,lower=unname(d)-qnorm(.975)*se,",
      "upper=unname(d)+qnorm(.975)*se,p=2*pnorm(-abs(unname(d)/se)))}"
    ),
    c(samples$lung$input, list(group = lung$sex - 1, horizon = 700)),
    column
  ))
)

tested <- function(s) {
  per_group <- if (is.matrix(s$exp)) rowSums(s$exp) else s$exp
  df <- sum(per_group > 0) - 1
  list(
    n = column(s$n), obs = unnamed(s$obs), exp = unnamed(s$exp), var = s$var, chisq = s$chisq, df = df,
    p = pchisq(s$chisq, df, lower.tail = FALSE)
  )
}
unnamed <- function(x) if (is.matrix(x)) x else column(x)
coded <- function(group) as.integer(factor(group)) - 1L

log_ranks <- function(name, r, input, rhos) {
  rows <- complete.cases(as.data.frame(input))
  lapply(rhos, function(rho) case(
    paste0(name, ".rho", rho), sprintf("survdiff(Surv(time,status)~%s, rho=%s)", r, rho),
    c(lapply(input, function(x) x[rows]), list(rho = rho)), tested
  ))
}
made_up_groups <- function(name, time, event, group)
  case(
    name, "survdiff(Surv(t,d)~g)", list(time = time, event = event, group = group, rho = 0), tested,
    list(t = time, d = event, g = group)
  )
in_lung <- samples$lung$input
in_veteran <- with(veteran, list(time = time, event = status))
write_reference(
  "log-rank", "survival", data = published("lung", "veteran", "aml"),
  cases = c(
    log_ranks("lung_sex", "sex, data=lung", c(in_lung, list(group = coded(lung$sex))), c(0, 1, 0.5)),
    log_ranks("lung_ecog", "ph.ecog, data=lung", c(in_lung, list(group = coded(lung$ph.ecog))), c(0, 1, 0.5)),
    log_ranks(
      "lung_sex_strat_ecog", "sex+strata(ph.ecog), data=lung",
      c(in_lung, list(group = coded(lung$sex), stratum = coded(lung$ph.ecog))), c(0, 1, 0.5)
    ),
    log_ranks(
      "veteran_cell", "celltype, data=veteran", c(in_veteran, list(group = coded(veteran$celltype))),
      c(0, 1, 0.5)
    ),
    log_ranks(
      "veteran_trt_strat_cell", "trt+strata(celltype), data=veteran",
      c(in_veteran, list(group = coded(veteran$trt), stratum = coded(veteran$celltype))), c(0, 1)
    ),
    log_ranks("aml", "x, data=aml", c(samples$aml_x$input, list(group = coded(aml$x))), c(0, 1, 0.5)),
    list(
      made_up_groups("one_group_no_events", 1:5, c(1, 1, 0, 0, 0), c(0, 0, 0, 1, 1)),
      made_up_groups("all_tied", rep(3, 6), c(1, 1, 0, 1, 0, 0), c(0, 0, 0, 1, 1, 1)),
      made_up_groups("one_zero_exp_group", c(1, 5, 6, 7), c(0, 1, 1, 0), c(0, 1, 1, 2))
    )
  )
)
