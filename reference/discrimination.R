# Concordance of survival times with a score, and the AUC of a binary outcome with DeLong's interval.
source("cases.R")
source("breast-study.R")
library(survival)
suppressMessages(library(pROC))

counted <- function(k) list(
  c = unname(k$concordance), se = sqrt(drop(k$var)),
  count = column(k$count[c("concordant", "discordant", "tied.x")])
)
# concordance(Surv(t,d)~x) asks whether a larger x lives longer; a score says the reverse.
made_up <- function(name, t, d, x)
  case(
    name, "concordance(Surv(t,d)~x)", list(time = t, event = d, score = -x), counted,
    list(t = t, d = d, x = x)
  )
sv_veteran <- read_table("sv_veteran")
sv_lung <- read_table("sv_lung")
weighted <- function(name, table, weight) {
  d <- get(table)
  case(
    name, sprintf("{d<-%s; concordance(Surv(time,status)~lp1,d,reverse=TRUE,timewt=\"%s\")}", table, weight),
    list(time = d$time, event = d$status, score = d$lp1), counted
  )
}
study <- with(breast_gbsg, list(time = y, event = rfs, score = lp1))
in_study <- function(name, weight)
  case(
    paste("German Breast Cancer Study Group,", name),
    sprintf(
      paste0(
        "{d<-breast_gbsg; {k<-concordance(Surv(y,rfs)~lp1,d,reverse=TRUE%s); ",
        "c(c=unname(k$concordance),se=sqrt(drop(k$var)))}}"
      ),
      weight
    ),
    study
  )
write_reference(
  "concordance", "survival", data = published("lung", "veteran", "gbsg"),
  cases = list(
    case(
      "lung, age", "concordance(Surv(time,status)~age, data=lung, reverse=TRUE)",
      with(lung, list(time = time, event = status == 2, score = age)), counted
    ),
    made_up("all_tied_lp", 1:4, c(1, 1, 0, 1), rep(1, 4)),
    made_up("perfect", 1:4, rep(1, 4), 1:4),
    made_up("tied_times", c(1, 1, 2, 2, 3), c(1, 1, 1, 0, 1), c(1, 2, 2, 3, 1)),
    weighted("veteran, n", "sv_veteran", "n"),
    weighted("veteran, n_G2", "sv_veteran", "n/G2"),
    weighted("lung, n", "sv_lung", "n"),
    weighted("lung, n_G2", "sv_lung", "n/G2"),
    in_study("harrell", ""),
    in_study("uno", ",timewt=\"n/G2\"")
  )
)

D1 <- read_table("pred_colon")
data(aSAH)
D2 <- with(aSAH, data.frame(
  y = as.integer(outcome == "Poor"), s = s100b, s2 = ndka, s3 = as.integer(as.character(wfns)), group = gender
))
interval <- function(ci) column(if (is.list(ci)) ci$ci else ci)
in_table <- function(name, d, r, score, level = .95)
  case(name, r, list(event = d$y, score = d[[score]], level = level), interval)
of_roc <- function(d, score, more) {
  roc <- sprintf("roc(d$y,d$%s,levels=c(0,1),direction=\"<\",quiet=TRUE)", score)
  sprintf("{d<-%s; ci.auc(%s%s)}", d, roc, more)
}
made_up_roc <- function(name, y, s)
  case(
    name,
    paste0(
      "list(roc=roc(y,s,levels=c(0,1),direction=\"<\",quiet=TRUE),ci=tryCatch(as.numeric(ci.auc(",
      "roc(y,s,levels=c(0,1),direction=\"<\",quiet=TRUE))),error=function(e) NULL))"
    ),
    list(event = y, score = s, level = .95), interval, list(y = y, s = s)
  )
women <- D2[D2$group == "Female", ]
write_reference(
  "delong", "pROC",
  data = published(
    "asah", "colon",
    also = "the risks on colon come from a model and are inputs here; other inputs were made up"
  ),
  cases = list(
    in_table("asah_s100b.ci_delong", D2, of_roc("D2", "s", ",method=\"delong\""), "s"),
    in_table("asah_s100b.ci_delong99", D2, of_roc("D2", "s", ",conf.level=.99"), "s", .99),
    in_table("asah_s100b.roc2_ci", D2, of_roc("D2", "s2", ",method=\"delong\""), "s2"),
    in_table("asah_wfns.ci_delong", D2, of_roc("D2", "s3", ",method=\"delong\""), "s3"),
    in_table("colon.ci_delong", D1, of_roc("D1", "p", ",method=\"delong\""), "p"),
    in_table("asah_s100b.ci_group_Female", women, of_roc("subset(D2,group==\"Female\")", "s", ""), "s"),
    made_up_roc("all_tied", c(0, 1, 0, 1, 1), rep(.3, 5)),
    made_up_roc("neg_zero", c(0, 1, 0, 1), c(0, 0, .1, -.1)),
    made_up_roc("near_tied", c(0, 1, 0, 1), c(.3, .3000000000000001, .4, .400000000000001))
  )
)
