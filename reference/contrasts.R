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

#' Integrated Brier score of the model after "Null model" with its standard error, and the scaled score with its
#' own, from the covariance of the Brier scores over the horizons.
integrated <- function(x) {
  s <- as.data.frame(x$Brier$score)
  t <- x$times
  k <- length(t)
  share <- c(diff(t), 0) / t[k]
  v <- x$Brier$vcov
  none <- seq_len(k)
  model <- k + none
  ibs <- s$IBS[c(2 * k, k)]
  slope <- c(share * ibs[1] / ibs[2]^2, -share / ibs[2])
  list(
    ibs = ibs[1],
    se = sqrt(drop(share %*% v[model, model] %*% share)),
    null = ibs[2],
    scaled = 1 - ibs[1] / ibs[2],
    scaled_se = sqrt(drop(slope %*% v %*% slope)),
    brier = s$Brier[model]
  )
}

over_time <- function(name, d, risks, horizons, formula, more = "") {
  case(
    name,
    sprintf(
      paste0(
        "integrated(Score(list(m=risks),formula=%s,data=d,%stimes=horizons,metrics=c(\"AUC\",\"Brier\"),",
        "cens.model=\"km\",null.model=TRUE,se.fit=TRUE,summary=\"ibs\",keep=\"vcov\"))"
      ),
      formula, more
    ),
    list(
      time = d$time, cause = if (is.null(d$status)) d$event else d$status, horizons = horizons, risks = as.vector(risks)
    ),
    reads = list(d = d, risks = risks, horizons = horizons)
  )
}

lung <- read_table("sv_lung")
fit <- coxph(Surv(time, status) ~ lp1, lung, x = TRUE)
fine <- seq(50, 600, 50)
melanoma <- read_table("cr_melanoma")
coarse <- c(700, 1500, 2192)
write_reference(
  "integrated-brier", c("riskRegression", "survival"),
  list(
    over_time(
      "sv_lung, a Cox model at twelve horizons", lung, predictRisk(fit, newdata = lung, times = fine), fine,
      "Surv(time,status)~1"
    ),
    over_time(
      "cr_melanoma, one risk growing with time, causes competing", melanoma,
      outer(melanoma$r1_h2, coarse / 2192), coarse, "Hist(time,event)~1", "cause=1,"
    )
  ),
  data = published("lung", "melanoma", also = "predicted risks: tables of this folder"),
  definitions = "integrated", relative = 1e-11, absolute = 1e-15
)
