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
    made_up_roc("neg_zero", c(0, 1, 0, 1), c(0, 0, .1, -.1)),
    made_up_roc("near_tied", c(0, 1, 0, 1), c(.3, .3000000000000001, .4, .400000000000001))
  )
)

roc_call <- function(d, score)
  sprintf("roc(%s$y,%s$%s,levels=c(0,1),direction=\"<\",quiet=TRUE)", d, d, score)
set.seed(20260107)
rounded <- data.frame(y = rbinom(400, 1, .3))
rounded$s <- round(rnorm(400, rounded$y), 1)
rounded$s2 <- round(rounded$s + rnorm(400), 1)
rounded$group <- rep(c("A", "B", "B", "B"), 100)
few <- data.frame(y = c(0, 0, 1, 0, 1, 1, 0, 1), s = c(1, 2, 2, 3, 3, 5, 5, 8), s2 = c(2, 1, 2, 3, 1, 4, 4, 3))
separated <- data.frame(y = c(0, 0, 0, 1, 1), s = c(1, 2, 3, 4, 5))
curves <- list(asah = D2, colon = transform(D1, s = p), rounded = rounded, few = few, separated = separated)
source_of_curves <- published(
  "asah", "colon", also = "the risks on colon come from a model and are inputs here; other inputs were made up"
)
score_of <- function(d, score = "s") list(event = d$y, score = d[[score]])

write_reference(
  "roc", "pROC", data = source_of_curves,
  cases = lapply(names(curves), function(name) case(
    name, roc_call("d", "s"), score_of(curves[[name]]),
    function(r) list(thresholds = column(r$thresholds), sens = column(r$sensitivities), spec = column(r$specificities)),
    list(d = curves[[name]])
  ))
)

parts <- list(c(1, .9), c(1, .8), c(.9, .7), c(.85, .15), c(1, 0))
part_case <- function(name, over, part) {
  call <- paste0(
    "as.numeric(auc(", roc_call("d", "s"), ",partial.auc=c(", part[1], ",", part[2], "),partial.auc.focus=\"", over,
    "\",partial.auc.correct=%s%s))"
  )
  case(
    sprintf("%s, %s from %s to %s", name, over, part[2], part[1]),
    paste(sprintf(call, "FALSE", ""), sprintf(call, "TRUE", ",allow.invalid.partial.auc.correct=TRUE"), sep = "; "),
    c(score_of(curves[[name]]), list(from = part[2], to = part[1])), function(v) unlist(v), list(d = curves[[name]])
  )
}
write_reference(
  "partial-auc", "pROC", data = source_of_curves, absolute = 1e-15,
  cases = unlist(lapply(names(curves), function(name) unlist(lapply(
    c("specificity", "sensitivity"), function(over) lapply(parts, function(part) part_case(name, over, part))
  ), recursive = FALSE)), recursive = FALSE)
)

tested <- function(t) {
  difference <- unname(t$estimate[1] - t$estimate[2])
  se <- difference / unname(t$statistic)
  half <- if (is.null(t$parameter)) qnorm(.975) else qt(.975, unname(t$parameter))
  c(
    difference = difference, se = se, lower = max(-1, difference - half * se), upper = min(1, difference + half * se),
    p = t$p.value, df = if (is.null(t$parameter)) NA else unname(t$parameter)
  )
}
pair_case <- function(name, d, score, reference)
  case(
    paste(name, "paired", score, reference),
    sprintf(
      "roc.test(%s,%s,method=\"delong\",paired=TRUE)", roc_call("d", score), roc_call("d", reference)
    ),
    list(event = d$y, score = d[[score]], reference = d[[reference]]), tested, list(d = d)
  )
group_case <- function(name, d, one, other, score) {
  a <- d[d$group == one, ]
  b <- d[d$group == other, ]
  case(
    paste(name, one, other, score),
    sprintf("roc.test(%s,%s,method=\"delong\",paired=FALSE)", roc_call("a", score), roc_call("b", score)),
    list(event = a$y, score = a[[score]], otherEvent = b$y, otherScore = b[[score]]), tested, list(a = a, b = b)
  )
}
write_reference(
  "auc-difference", "pROC", data = source_of_curves, relative = 1e-11,
  cases = list(
    pair_case("asah", D2, "s", "s2"),
    pair_case("asah", D2, "s3", "s"),
    pair_case("rounded", rounded, "s", "s2"),
    pair_case("few", few, "s", "s2"),
    group_case("asah", D2, "Male", "Female", "s"),
    group_case("asah", D2, "Male", "Female", "s3"),
    group_case("rounded", rounded, "A", "B", "s")
  )
)

tails <- expand.grid(t = c(0, .001, .5, 1, 1.96, 4, 12, 60), df = c(.3, 1, 2.5, 7, 30, 106.5, 2e5))
# Below one degree of freedom qt() is up to 2e-10 off, by pt() of what it gives.
widths <- expand.grid(level = c(.01, .5, .8, .95, .99, .999999), df = c(1, 2.5, 7, 30, 106.5, 2e5))
write_reference(
  "student-t", "stats",
  cases = list(
    case("both tails", "2*pt(-abs(t),df)", as.list(tails), column, as.list(tails)),
    case("half width", "qt((1-level)/2,df,lower.tail=FALSE)", as.list(widths), column, as.list(widths))
  )
)
