# Competing causes: Aalen–Johansen, Gray's test, Fine–Gray, pseudo-values and the gap to 1 − Kaplan–Meier.
# Every fit is converged: gtol = 1e-12, 100 iterations.
source("cases.R")
source("definitions.R")
library(survival)
library(cmprsk)
library(prodlim)

# The calls build their data; the same words build the columns that the estimator is given.
colon_words <- paste0(
  "{x<-merge(subset(colon,etype==1,c(id,rx,age,node4,time,status)),subset(colon,etype==2,c(id,time,status)),",
  "by=\"id\"); ",
  "with(x,data.frame(et=pmin(time.x,time.y),es=ifelse(status.x==1,1,ifelse(status.y==1,2,0)),",
  "lev5=as.integer(rx==\"Lev+5FU\"),age=age/10,node4=node4))}"
)
mgus2_words <- paste0(
  "with(mgus2, data.frame(et=ifelse(pstat==1,ptime,futime), es=ifelse(pstat==1,1,2*death), ",
  "male=as.integer(sex==\"M\"), age=age/10, hgb=hgb))[!is.na(mgus2$hgb),]"
)
of_colon <- eval(parse(text = colon_words))
of_mgus2 <- eval(parse(text = mgus2_words))
colon_groups <- with(of_colon, list(time = et, cause = es, group = lev5))
mgus2_groups <- with(of_mgus2, list(time = et, cause = es, group = male))
in_colon <- function(call) paste0("{d<-", colon_words, "; ", call, "}")
in_mgus2 <- function(call) paste0("{d<-", mgus2_words, "; ", call, "}")

states <- function(s) {
  per_state <- function(x) if (is.matrix(x)) unname(x) else matrix(x, nrow = length(s$time))
  list(
    time = column(s$time), n_risk = per_state(s$n.risk), n_event = per_state(s$n.event),
    n_censor = column(rowSums(per_state(s$n.censor))), pstate = per_state(s$pstate),
    std_err = per_state(s$std.err),
    lower = per_state(s$lower), upper = per_state(s$upper)
  )
}
at_times <- function(s) states(s)[c("n_risk", "pstate", "std_err", "lower", "upper")]
tabulated <- function(tp) list(est = unname(tp$est), var = unname(tp$var), rows = rownames(tp$est))
path <- function(name, t, s)
  case(
    paste0("path.", name), "survfit(Surv(t,factor(s,0:2,c(\"c\",\"a\",\"b\")))~1)", list(time = t, cause = s),
    states,
    list(t = t, s = s)
  )
by_times <- function(group, times)
  sprintf(
    paste0(
      "summary(survfit(Surv(et,factor(es,0:2,c(\"cens\",\"ev1\",\"ev2\")))~%s, data=d), ",
      "times=c(%s), extend=TRUE)"
    ),
    group, times
  )
colon_at <- c(365, 1095, 1826)
mgus2_at <- c(60, 120, 240, 360)
write_reference(
  "aalen-johansen", c("survival", "cmprsk"), data = published("mgus2", "colon"), absolute = 1e-15,
  cases = list(
    path("all_censored", 1:3, c(0, 0, 0)),
    path("only_cause2", 1:3, c(2, 2, 0)),
    path("all_events_ties", rep(2, 4), c(1, 2, 1, 2)),
    path("n1", 1, 1),
    path("time_zero", c(0, 0, 1, 2), c(1, 0, 2, 1)),
    path("tied_event_censor", c(1, 1, 2, 2, 3), c(1, 0, 2, 0, 1)),
    case(
      "colon.aj_group_times", in_colon(by_times("lev5", "365,1095,1826")),
      c(colon_groups, list(at = colon_at)), at_times
    ),
    case(
      "mgus2.aj_group_times", in_mgus2(by_times("male", "60,120,240,360")),
      c(mgus2_groups, list(at = mgus2_at)),
      at_times
    ),
    case(
      "mgus2.cuminc_tp", in_mgus2("timepoints(with(d, cuminc(et,es,male)),c(60,120,240,360))"),
      c(mgus2_groups, list(at = mgus2_at)), tabulated
    ),
    case(
      "colon.cuminc_tp", in_colon("timepoints(with(d, cuminc(et,es,lev5)),c(365,1095,1826))"),
      c(colon_groups, list(at = colon_at)), tabulated
    )
  )
)

tests <- function(x) {
  found <- if (is.matrix(x)) x else x$Tests
  list(cause = column(rownames(found)), stat_pv_df = unname(found))
}
grays <- function(name, words, of, group)
  lapply(c(0, 1, -1), function(rho) case(
    paste0(name, if (rho == 0) ".cuminc" else paste0(".gray_rho", rho)),
    words(if (rho == 0) sprintf("with(d, cuminc(et,es,%s))", group) else
      sprintf("with(d, cuminc(et,es,%s,rho=%s))$Tests", group, rho)),
    c(of, list(rho = rho)), tests
  ))
made_up_gray <- function(name, t, s, g)
  case(
    paste0("path.", name), "cuminc(t,s,g)", list(time = t, cause = s, group = g - 1, rho = 0), tests,
    list(t = t, s = s, g = g)
  )
write_reference(
  "gray-test", c("survival", "cmprsk"), data = published("mgus2", "colon"),
  cases = c(
    grays("mgus2", in_mgus2, mgus2_groups, "male"),
    grays("colon", in_colon, colon_groups, "lev5"),
    list(
      made_up_gray("cuminc_two_groups_no_cause2", 1:6, c(1, 1, 0, 1, 0, 1), c(1, 1, 1, 2, 2, 2)),
      made_up_gray("cuminc_all_ties", rep(2, 6), c(1, 2, 0, 1, 2, 0), c(1, 1, 1, 2, 2, 2))
    )
  )
)

fitted <- function(f) list(
  coef = column(f$coef), se = column(sqrt(diag(f$var))), naive_se = column(sqrt(diag(f$invinf))), var = f$var,
  loglik = f$loglik, loglik_null = f$loglik.null, uftime = column(f$uftime), bfitj = column(f$bfitj)
)
fine_gray <- function(name, words, covariates, of, cause)
  case(
    sprintf("%s.crr%d", name, cause),
    words(sprintf("crr(d$et,d$es,cbind(%s),failcode=%d,cencode=0,gtol=1e-12,maxiter=100)", covariates,
      cause)),
    c(of, list(of = cause)), fitted
  )
# crr() drops rows with a missing value and says so; the estimator is given the rows that stay.
made_up_crr <- function(name, t, s, x) {
  rows <- complete.cases(t, s, x)
  case(
    paste0("path.", name), "crr(t,s,x,gtol=1e-12,maxiter=100)",
    list(time = t[rows], cause = s[rows], x = x[rows], of = 1),
    fitted, list(t = t, s = s, x = x)
  )
}
colon_columns <- with(of_colon, list(time = et, cause = es, age = age, group = lev5, node4 = node4))
mgus2_columns <- with(of_mgus2, list(time = et, cause = es, age = age, group = male, hgb = hgb))
write_reference(
  "fine-gray", c("survival", "cmprsk"), data = published("mgus2", "colon"), relative = 1e-9,
  cases = list(
    fine_gray("mgus2", in_mgus2, "d$age,d$male,d$hgb", mgus2_columns, 1),
    fine_gray("mgus2", in_mgus2, "d$age,d$male,d$hgb", mgus2_columns, 2),
    fine_gray("colon", in_colon, "d$age,d$lev5,d$node4", colon_columns, 1),
    fine_gray("colon", in_colon, "d$age,d$lev5,d$node4", colon_columns, 2),
    made_up_crr("crr_no_censoring", 1:8, c(1, 2, 1, 2, 1, 1, 2, 1), c(1, 0, 2, 1, 0, 3, 1, 2)),
    made_up_crr("na_rows", c(1, 2, NA, 4, 5, 6), c(1, 2, 1, 0, 1, 1), c(1, 2, 1, 2, NA, 3))
  )
)
write_reference(
  "fine-gray-predict", c("survival", "cmprsk"), data = published("mgus2", "colon"), relative = 1e-9,
  cases = list(case(
    "mgus2.crr1_predict",
    in_mgus2(paste0(
      "predict(crr(d$et,d$es,cbind(d$age,d$male,d$hgb),gtol=1e-12,maxiter=100),",
      "cov1=rbind(c(6,0,13),c(8,1,11)))"
    )),
    c(mgus2_columns, list(of = 1, new1 = c(6, 0, 13), new2 = c(8, 1, 11))),
    function(p) list(time = column(p[, 1]), cif = matrix(p[, -1], nrow = nrow(p)))
  ))
)

cr_mgus2 <- read_table("cr_mgus2")
cr_melanoma <- read_table("cr_melanoma")
of_table <- function(d, h) list(time = d$time, cause = d$event, horizon = h)
small <- function(name, r, event, h, keep)
  case(
    paste0("path.", name), r, list(time = 1:8, cause = event, horizon = h), keep,
    list(time = 1:8, event = event, h = h)
  )
gap <- function(table, h)
  case(
    sprintf("%s.h%d.km_gap", table, h), sprintf("{d<-%s; km_gap(d$time,d$event,%d)}", table, h),
    of_table(get(table), h)
  )
write_reference(
  "kaplan-meier-gap", c("survival", "prodlim"), data = published("mgus2", "melanoma"), absolute = 1e-13,
  definitions = c("aj", "km_gap"),
  cases = list(
    gap("cr_mgus2", 120), gap("cr_mgus2", 240), gap("cr_melanoma", 1461), gap("cr_melanoma", 2192),
    small("no_cause2_equals_km", "km_gap(time,event,h)", c(1, 0, 0, 1, 0, 1, 1, 0), 5, identity)
  )
)

pseudo <- function(table, h)
  case(
    sprintf("%s.h%d.pseudo_first20", table, h),
    sprintf("{d<-%s; head(pseudo_aj(d$time,d$event,%d),20)}", table, h),
    of_table(get(table), h)
  )
write_reference(
  "pseudo-values", c("survival", "prodlim"), data = published("mgus2", "melanoma"), absolute = 1e-12,
  definitions = "pseudo_aj",
  cases = list(
    pseudo("cr_mgus2", 120), pseudo("cr_mgus2", 240), pseudo("cr_melanoma", 2192),
    small("pseudo_small", "pseudo_aj(time,event,h)", c(1, 0, 2, 1, 0, 1, 2, 0), 4, identity)
  )
)

calibration <- function(measure)
  lapply(
    list(
      list("cr_melanoma", "r1_h2", 2192), list("cr_melanoma", "r2_h2", 2192),
      list("cr_mgus2", "r1_h1", 120), list("cr_mgus2", "r2_h1", 120)
    ),
    function(of) {
      table <- of[[1]]
      risk <- of[[2]]
      h <- of[[3]]
      d <- read_table(table)
      case(
        sprintf("%s.h%d.%s", table, h, risk),
        sprintf("{d<-%s; %s(d$time,d$event,d$%s,%d)}", table, measure, risk, h),
        list(time = d$time, cause = d$event, risk = d[[risk]], horizon = h),
        reads = setNames(list(d), table)
      )
    }
  )
write_reference(
  "competing-calibration-slope", c("survival", "prodlim"),
  data = published("mgus2", "melanoma", also = "predicted risks: tables of this folder"),
  relative = 1e-9, absolute = 1e-12, definitions = c("pseudo_aj", "cal_pseudo"), calibration("cal_pseudo")
)
write_reference(
  "competing-calibration-spline", c("cmprsk", "Hmisc"),
  data = published("mgus2", "melanoma", also = "predicted risks: tables of this folder"),
  relative = 1e-8, definitions = "ici_crr", calibration("ici_crr")
)
