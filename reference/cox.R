# Cox regression: fits with every option, baseline hazard, predicted curves, residuals, the test of
# proportional hazards and ridge penalties. Every fit is converged: eps = 1e-14 (1e-13 where a penalty is
# refitted), 100 iterations.
source("cases.R")
library(survival)

tight <- "control=coxph.control(eps=1e-14,iter.max=100)"

fitted <- function(f) {
  list(
    n = f$n, nevent = f$nevent, coef = column(coef(f)), se = unname(sqrt(diag(f$var))), var = f$var,
    loglik = f$loglik
  )
}
made_up_x <- function(name, ties, time, event, x)
  case(
    name, sprintf("coxph(Surv(t,d)~x,%s%s)", ties, tight), list(time = time, event = event, x = x), fitted,
    list(t = time, d = event, x = x)
  )

lung_rows <- lung[complete.cases(lung[c("time", "status", "age", "sex", "ph.ecog")]), ]
in_lung <- with(lung_rows, list(time = time, event = status == 2, age = age, sex = sex, ph.ecog = ph.ecog))
in_veteran <- with(veteran, list(
  time = time, event = status, trt = trt, smallcell = celltype == "smallcell", adeno = celltype == "adeno",
  large = celltype == "large", karno = karno
))
lung_fit <- function(ties)
  sprintf("coxph(Surv(time,status)~age+sex+ph.ecog, data=lung, ties=\"%s\",%s)", ties, tight)
veteran_fit <- function(ties)
  sprintf("coxph(Surv(time,status)~trt+celltype+karno, data=veteran, ties=\"%s\",%s)", ties, tight)

few <- c(1, 3, 2, 5, 1)
write_reference(
  "cox", "survival", data = published("lung", "veteran", "aml"), relative = 1e-9,
  cases = list(
    case("lung.efron", lung_fit("efron"), in_lung, fitted),
    case("lung.breslow", lung_fit("breslow"), in_lung, fitted),
    case("veteran.efron", veteran_fit("efron"), in_veteran, fitted),
    case("veteran.breslow", veteran_fit("breslow"), in_veteran, fitted),
    case(
      "aml", sprintf("coxph(Surv(time,status)~x,data=aml,%s)", tight),
      with(aml, list(time = time, event = status, x = x == "Nonmaintained")), fitted
    ),
    made_up_x("all_events", "", 1:5, rep(1, 5), few),
    made_up_x("ties_everywhere_efron", "ties=\"efron\",", rep(2, 6), c(1, 1, 0, 1, 0, 0), c(few, 4)),
    made_up_x("ties_everywhere_breslow", "ties=\"breslow\",", rep(2, 6), c(1, 1, 0, 1, 0, 0), c(few, 4)),
    made_up_x("time_zero", "", c(0, 0, 1, 2, 3), c(1, 0, 1, 1, 0), c(1, 2, 3, 1, 2)),
    made_up_x("huge_scale", "", 1:6, c(1, 1, 0, 1, 1, 1), 1e8 * c(few, 4)),
    made_up_x("large_offset", "", 1:6, c(1, 1, 0, 1, 1, 1), 1e7 + c(few, 4))
  )
)

baseline <- function(fit) sprintf("basehaz(%s, centered=FALSE)", fit)
hazard <- function(b) list(time = column(b$time), hazard = column(b$hazard))
write_reference(
  "cox-baseline", "survival", data = published("lung", "veteran"), relative = 1e-9,
  cases = list(
    case("lung.basehaz0.efron", baseline(lung_fit("efron")), in_lung, hazard),
    case("lung.basehaz0.breslow", baseline(lung_fit("breslow")), in_lung, hazard),
    case("veteran.basehaz0.efron", baseline(veteran_fit("efron")), in_veteran, hazard),
    case("veteran.basehaz0.breslow", baseline(veteran_fit("breslow")), in_veteran, hazard)
  )
)

# The rest is of 60 patients that were made up, with ties, five entry times, three strata, weights and
# clusters.
made_up <- read_table("made_up_60")
models <- c(
  "plain" = "Surv(time,event)~x+z+u",
  "strata, entry" = "Surv(start,time,event)~x+z+u+strata(g)",
  "whole weights, offset" = "Surv(time,event)~x+z+u+offset(o),weights=as.numeric(k)",
  "whole weights, strata, entry, offset" =
    "Surv(start,time,event)~x+z+u+offset(o)+strata(g),weights=as.numeric(k)",
  "robust weights, strata, entry" = "Surv(start,time,event)~x+z+u+strata(g),weights=w,cluster=seq_along(x)",
  "robust, entry" = "Surv(start,time,event)~x+z+u,cluster=seq_along(x)",
  "clusters, robust weights, strata" = "Surv(time,event)~x+z+u+strata(g),weights=w,cluster=id",
  "clusters, entry" = "Surv(start,time,event)~x+z+u,cluster=id"
)
both_ties <- c("efron", "breslow")

#' A fit on the columns that it names, and what is taken from it; the value is kept as it is.
of_fit <- function(name, model, ties, then, control = tight) {
  r <- sprintf("{f<-coxph(%s,ties='%s',%s); %s}", model, ties, control, then)
  columns <- made_up[intersect(names(made_up), all.names(parse(text = sprintf("coxph(%s)", model))))]
  case(name, r, as.list(columns), reads = as.list(columns))
}
each_model <- function(file, then, absolute = 0) {
  cases <- lapply(names(models), function(name) lapply(both_ties, function(ties)
    of_fit(paste0(name, ", ", ties), models[[name]], ties, then(models[[name]]))))
  write_reference(
    file, "survival", data = "inputs were made up; r is evaluated with(input, …) after library(survival)",
    cases = unlist(cases, recursive = FALSE), relative = 1e-9, absolute = absolute
  )
}

each_model("cox-options", function(model) paste0(
  "list(coef=unname(coef(f)),var=f$var,naive=if (is.null(f$naive.var)) f$var else f$naive.var,",
  "loglik=f$loglik,lrt=2*diff(f$loglik),score=f$score,wald=unname(f$wald.test),rscore=f$rscore)"
))

each_model("cox-residuals", function(model) paste0(
  "list(martingale=unname(residuals(f)),deviance=unname(residuals(f,'deviance')),score=residuals(f,'score'),",
  "dfbeta=residuals(f,'dfbeta'),schoenfeld=residuals(f,'schoenfeld'),scaled=residuals(f,'scaledsch'))"
), absolute = 1e-12)

each_model("cox-survival", function(model) {
  people <- "x=c(0,1),z=c(-1,.5),u=c(2,6),o=c(.1,-.2)"
  if (grepl("strata", model)) {
    paste0(
      "s<-survfit(f,newdata=data.frame(", people,
      ",g=c(0,2))); list(n=unname(s$strata),time=s$time,surv=s$surv,",
      "std_err=s$surv*s$std.err,cumhaz=s$cumhaz,lower=s$lower,upper=s$upper)"
    )
  } else {
    paste0(
      "s<-survfit(f,newdata=data.frame(", people, ")); list(n=rep(length(s$time),2),time=c(s$time,s$time),",
      "surv=c(s$surv),std_err=c(s$surv*s$std.err),cumhaz=c(s$cumhaz),lower=c(s$lower),upper=c(s$upper))"
    )
  }
})

zph <- function(terms) sprintf(
  "sapply(c('km','rank','identity','log'),function(g) cox.zph(f,transform=g,terms=%s)$table,simplify=FALSE)",
  terms
)
proportionality <- lapply(names(models), function(name) lapply(both_ties, function(ties) {
  single <- of_fit(paste0(name, ", ", ties), models[[name]], ties, zph("FALSE"))
  if (name != "plain") return(list(single))
  joint <- of_fit(paste0(name, ", ", ties, ", x and z one term"), "Surv(time,event)~cbind(x,z)+u", ties,
    zph("TRUE"))
  list(single, joint)
}))
write_reference(
  "cox-proportionality", "survival",
  data = "inputs were made up; r is evaluated with(input, …) after library(survival)",
  cases = unlist(unlist(proportionality, recursive = FALSE), recursive = FALSE), relative = 1e-9
)

penalised <- c(
  "all" = "Surv(time,event)~ridge(x,z,u,theta=%s,scale=TRUE)",
  "two of three, strata, entry" = "Surv(start,time,event)~ridge(x,z,theta=%s,scale=TRUE)+u+strata(g)",
  "two of three, strata, weights" =
    "Surv(time,event)~ridge(x,z,theta=%s,scale=TRUE)+u+strata(g),weights=as.numeric(k)"
)
ridges <- lapply(c(0.5, 5, 50), function(theta) lapply(both_ties, function(ties)
  lapply(names(penalised), function(name) of_fit(
    sprintf("%s, theta %s, %s", name, theta, ties), sprintf(penalised[[name]], theta), ties,
    paste0(
      "list(coef=unname(coef(f)),var=f$var,loglik=f$loglik,penalty=f$penalty[2],",
      "df=sum(diag(f$var2 %*% solve(f$var))))"
    ),
    control = "control=coxph.control(eps=1e-13,iter.max=100)"
  ))))
write_reference(
  "cox-ridge", "survival",
  data = "inputs were made up; r is evaluated with(input, …) after library(survival)",
  cases = unlist(unlist(ridges, recursive = FALSE), recursive = FALSE), relative = 1e-9
)
