# Prediction at a horizon, with censoring and where causes compete. Predicted risks are inputs: those of gbsg
# come from breast-study.R, the others from tables/.
source("cases.R")
source("definitions.R")
source("breast-study.R")
library(survival)
suppressMessages(library(riskRegression))
library(prodlim)

scored <- function(x, model) {
  auc <- as.data.frame(x$AUC$score)
  brier <- as.data.frame(x$Brier$score)
  of <- brier[brier$model == model, ]
  list(
    auc = as.list(auc[auc$model == model, c("AUC", "se", "lower", "upper")]),
    brier = as.list(of[c("Brier", "se", "lower", "upper", "IPA")]),
    null = brier$Brier[brier$model == "Null model"]
  )
}
columns <- function(d) lapply(as.list(d), column)
together <- function(...) paste(c(...), collapse = "; ")

score <- function(models, formula, times, more = "")
  sprintf(
    paste0(
      "Score(list(%s),formula=%s,data=d,%stimes=%s,metrics=c(\"AUC\",\"Brier\"),cens.model=\"km\",",
      "null.model=TRUE,se.fit=TRUE,summary=\"ipa\")"
    ),
    models, formula, more, times
  )

cuts <- c(.05, .1, .15, .2, .3, .4, .5, .6, .7)
sv_lung <- read_table("sv_lung")
sv_gbsg <- read_table("sv_gbsg")
of_table <- function(table, k, h) {
  d <- get(table)
  risk <- paste0("d$r1_h", k)
  on <- function(...) sprintf("{d<-%s; %s}", table, sprintf(...))
  measure <- function(name) on("%s(d$time,d$status,%s,%s)", name, risk, h)
  case(
    sprintf("%s at %s days", table, h),
    together(
      on("%s", score(sprintf("m1=d$r1_h%s,m2=d$r2_h%s", k, k), "Surv(time,status)~1", h)),
      sapply(c("brier_ipcw", "auc_ipcw", "oe", "ici_cox", "cal_groups", "logloss_ipcw"), measure),
      on(
        "logloss_ipcw(d$time,d$status,rep(1-summary(survfit(Surv(time,status)~1,d),times=%s)$surv,nrow(d)),%s)",
        h, h
      ),
      on("head(ipcw_w(d$time,d$status,%s),20)", h),
      on(
        paste0(
          "t<-c(.05,.1,.15,.2,.3,.4,.5,.6,.7); data.frame(threshold=t,",
          "m1=sapply(t,function(k) nb_km(d$time,d$status,d$r1_h%s,k,%s)),",
          "m2=sapply(t,function(k) nb_km(d$time,d$status,d$r2_h%s,k,%s)),",
          "all=sapply(t,function(k) nb_km_all(d$time,d$status,k,%s)))"
        ),
        k, h, k, h, h
      )
    ),
    list(time = d$time, event = d$status, risk = d[[paste0("r1_h", k)]], horizon = h, thresholds = cuts),
    function(v) list(
      score = scored(v[[1]], "m1"), oe = v[[4]], ici = v[[5]], groups = columns(v[[6]]), logLoss = v[[7]],
      nullLogLoss = v[[8]], weightsOfFirst20 = column(v[[9]]), netBenefit = column(v[[10]]$m1),
      netBenefitAll = column(v[[10]]$all)
    )
  )
}

of_study <- function(name, column_name, h, pt) {
  risk <- paste0("d$", column_name)
  on <- function(...) sprintf("{d<-breast_gbsg; %s}", sprintf(...))
  case(
    name,
    together(
      on("%s", score(paste0("m=", risk), "Surv(y,rfs)~1", h)),
      on("oe2(d$y,d$rfs,%s,%s)", risk, h),
      on("slope_h(d$y,d$rfs,d$lp1,%s)", h),
      on("ici_cox(d$y,d$rfs,%s,%s)", risk, h),
      on("logloss_ipcw(d$y,d$rfs,%s,%s)", risk, h),
      on("cal_groups(d$y,d$rfs,%s,%s,g=5)", risk, h),
      on("tbt_strata(d$y,d$rfs,%s,%s,%s,d$grade)", risk, h, pt),
      on("c(model=nb_km(d$y,d$rfs,%s,%s,%s),all=nb_km_all(d$y,d$rfs,%s,%s),none=0)", risk, pt, h, pt, h)
    ),
    with(breast_gbsg, list(
      time = y, event = rfs, risk = breast_gbsg[[column_name]], horizon = h, thresholds = pt,
      stratum = grade - 1
    )),
    function(v) list(
      score = scored(v[[1]], "m"), oe = v[[2]], slope = v[[3]], ici = v[[4]], groups = columns(v[[6]]),
      logLoss = v[[5]], netBenefit = column(v[[8]][["model"]]), netBenefitAll = column(v[[8]][["all"]]),
      twoByTwo = list(rows = rownames(v[[7]]), cols = colnames(v[[7]]), values = unname(v[[7]]))
    )
  )
}

eight <- list(time = 1:8, event = c(1, 0, 1, 0, 1, 1, 0, 1), risk = c(.9, .5, .7, .4, .6, .3, .2, .1))
small <- function(name, r, keep, h, of = list(), ...) {
  d <- modifyList(eight, of)
  case(
    paste("small:", name), r, c(d, list(horizon = h), list(...)), keep,
    list(time = d$time, status = d$event, r = d$risk, h = h)
  )
}
brier_and_auc <- "c(brier_ipcw(time,status,r,h),auc_ipcw(time,status,r,h))"
two <- function(v) list(brier = v[1], auc = v[2])
undefined <- function(v) list(brier = v[1], aucNaN = v[2])
benefit <- function(v) list(netBenefit = column(v))
write_reference(
  "horizon", c("survival", "riskRegression", "Hmisc", "prodlim"), relative = 1e-9, absolute = 1e-12,
  data = published(
    "lung", "gbsg", "rotterdam",
    also = "predicted risks come from Cox models and are inputs here; other inputs were made up"
  ),
  definitions = c(
    "nb_km", "nb_km_all", "oe", "oe2", "cal_groups", "ici_cox", "ipcw_G", "ipcw_w", "brier_ipcw", "auc_ipcw",
    "logloss_ipcw", "slope", "slope_h", "tbt", "tbt_strata"
  ),
  cases = list(
    of_table("sv_lung", 1, 180),
    of_table("sv_lung", 2, 365),
    of_table("sv_gbsg", 1, 730.5),
    of_study("gbsg, Rotterdam model at 12 months", "r12", 1, .12),
    of_study("gbsg, Rotterdam model at 4.99 years", "r60", 4.99, .4),
    small("no events before h", brier_and_auc, undefined, .5),
    small("h after last", brier_and_auc, undefined, 20),
    small("all events", brier_and_auc, two, 4, list(event = rep(1, 8))),
    small("constant risk", brier_and_auc, two, 4, list(risk = rep(.4, 8))),
    small("all censored", brier_and_auc, undefined, 4, list(event = rep(0, 8))),
    small(
      "censor at h", "list(w=ipcw_w(time,status,h),b=brier_ipcw(time,status,r,h))",
      function(v) list(weights = column(v$w), brier = v$b), 4,
      list(time = c(1, 2, 4, 4, 5), event = c(1, 0, 0, 1, 1), risk = c(.9, .4, .5, .6, .2))
    ),
    small("dca nobody positive", "nb_km(time,status,r,.95,h)", benefit, 4, thresholds = .95),
    small(
      "dca S beyond group followup", "nb_km(time,status,r,.5,h)", benefit, 6,
      list(time = c(1, 2, 3, 8, 9), event = c(1, 0, 0, 1, 0), risk = c(.9, .9, .9, .1, .1)), thresholds = .5
    )
  )
)

# Below 100 patients Hmisc would choose other knots than the .1, .5 and .9 quantiles, which ici_cox() names.
sixty <- read_table("made_up_calibration")
write_reference(
  "calibration-spline-small", c("survival", "Hmisc"), data = "inputs were made up", relative = 1e-9,
  definitions = "ici_cox",
  cases = list(case(
    "60 patients, knots at .1, .5 and .9", "ici_cox(time,event,risk,12)",
    c(as.list(sixty), list(horizon = 12)),
    function(v) list(ici = v), as.list(sixty)
  ))
)

cr_mgus2 <- read_table("cr_mgus2")
cr_melanoma <- read_table("cr_melanoma")
of_cause <- function(name, table, k, h, thresholds) {
  d <- get(table)
  risk <- paste0("d$r1_h", k)
  on <- function(...) sprintf("{d<-%s; %s}", table, sprintf(...))
  at <- paste(thresholds, collapse = ",")
  case(
    name,
    together(
      on("%s", score(sprintf("m1=d$r1_h%s,m2=d$r2_h%s", k, k), "Hist(time,event)~1", h, "cause=1,")),
      on("logloss_cr(d$time,d$event,%s,%s)", risk, h),
      on("oe_aj(d$time,d$event,%s,%s)", risk, h),
      on("cal_groups_aj(d$time,d$event,%s,%s)", risk, h),
      on(
        paste0(
          "t<-c(%s); data.frame(flagged=sapply(t,function(k) sum(%s>=k)),",
          "m1=sapply(t,function(k) nb_aj(d$time,d$event,%s,k,%s)),",
          "all=sapply(t,function(k) nb_aj_all(d$time,d$event,k,%s)))"
        ),
        at, risk, risk, h, h
      )
    ),
    list(time = d$time, cause = d$event, risk = d[[paste0("r1_h", k)]], horizon = h, thresholds = thresholds),
    function(v) {
      s <- scored(v[[1]], "m1")
      list(
        auc = column(unlist(s$auc)), brier = column(unlist(s$brier[1:4])), nullBrier = s$null,
        ipa = s$brier$IPA,
        logLoss = v[[2]], oe = column(v[[3]]), groups = columns(v[[4]]),
        netBenefit = lapply(unname(as.list(v[[5]])), column)
      )
    }
  )
}
write_reference(
  "competing-horizon", c("survival", "riskRegression", "prodlim"),
  data = published("mgus2", "melanoma", also = "predicted risks come from models and are inputs here"),
  definitions = c("aj", "oe_aj", "cal_groups_aj", "ipcw_G", "ipcw_cr", "logloss_cr", "nb_aj", "nb_aj_all"),
  cases = list(
    of_cause("cr_melanoma.h2192.m1", "cr_melanoma", 2, 2192, c(.15, .25, .35)),
    of_cause("cr_mgus2.h120.m1", "cr_mgus2", 1, 120, c(.05, .08, .12))
  )
)
