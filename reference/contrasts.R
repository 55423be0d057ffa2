# Differences between two predictions for the same patients, and the Brier score integrated over time.
source("cases.R")
library(survival)
suppressMessages(library(riskRegression))
source("definitions.R")

contrasts_of <- function(x) {
  auc <- as.data.frame(x$AUC$contrasts)
  brier <- as.data.frame(x$Brier$contrasts)
  brier <- brier[brier$model == "m2" & brier$reference == "m1", ]
  list(
    auc = as.list(auc[c("delta.AUC", "se", "lower", "upper", "p")]),
    brier = as.list(brier[c("delta.Brier", "se", "lower", "upper", "p")])
  )
}

contrast <- function(table, k, formula, h, more = "") {
  d <- read_table(table)
  event <- if (is.null(d$status)) d$event else d$status
  reads <- list(d = d)
  case(
    sprintf("%s at %s days", table, h),
    sprintf(
      paste0(
        "Score(list(m1=d$r1_h%s,m2=d$r2_h%s),formula=%s,data=d,%stimes=%s,metrics=c(\"AUC\",\"Brier\"),",
        "cens.model=\"km\",null.model=FALSE,se.fit=TRUE)"
      ),
      k, k, formula, more, h
    ),
    list(
      time = d$time, cause = event, risk = d[[paste0("r2_h", k)]], reference = d[[paste0("r1_h", k)]], horizon = h
    ),
    contrasts_of, reads
  )
}

write_reference(
  "paired-contrast", c("riskRegression", "survival"),
  list(
    contrast("sv_lung", 1, "Surv(time,status)~1", 180),
    contrast("sv_lung", 2, "Surv(time,status)~1", 365),
    contrast("sv_gbsg", 1, "Surv(time,status)~1", 730.5),
    contrast("cr_melanoma", 2, "Hist(time,event)~1", 2192, "cause=1,"),
    contrast("cr_mgus2", 1, "Hist(time,event)~1", 120, "cause=1,")
  ),
  data = published("lung", "gbsg", "melanoma", "mgus2", also = "predicted risks: tables of this folder"),
  absolute = 1e-15
)
