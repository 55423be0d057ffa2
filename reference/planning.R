# How many patients or charts a plan needs.
source("cases.R")

one <- function(...) as.list(c(...))
proportion <- function(p, w, level)
  case(
    sprintf("proportion %s within %s, level %s", p, w, level),
    "ceiling(qnorm(1-(1-level)/2)^2*p*(1-p)/w^2)", one(proportion = p, halfWidth = w, level = level),
    reads = list(p = p, w = w, level = level)
  )
# The smallest n whose binomial chance of none is at most 1 - P.
see_one <- function(rate, probability)
  case(
    sprintf("one at %s with %s", rate, probability),
    "{n<-1; while(dbinom(0,n,rate)>1-probability) n<-n+1; n}", one(rate = rate, probability = probability),
    reads = list(rate = rate, probability = probability)
  )
oe <- function(phi, se)
  case(
    sprintf("observed/expected at %s within %s", phi, se), "ceiling((1-phi)/(phi*se^2))",
    one(prevalence = phi, stdError = se), reads = list(phi = phi, se = se)
  )
# The smallest n by trying them.
auc <- function(a, phi, se)
  case(
    sprintf("AUC %s at %s within %s", a, phi, se),
    paste0(
      "{v<-function(n) a*(1-a)*(1+(n/2-1)*(1-a)/(2-a)+(n/2-1)*a/(1+a))/(n^2*phi*(1-phi));",
      " n<-1; while(v(n)>se^2) n<-n+1; n}"
    ),
    one(auc = a, prevalence = phi, stdError = se), reads = list(a = a, phi = phi, se = se)
  )
# The information of one patient is that of a weighted regression with the risks as they are, over their number.
slope <- function(name, risk, se)
  case(
    sprintf("slope of %s within %s", name, se),
    "{x<-cbind(1,qlogis(risk)); i<-crossprod(x*(risk*(1-risk)),x)/length(risk); ceiling(solve(i)[2,2]/se^2)}",
    list(risk = risk, stdError = se), reads = list(risk = risk, se = se)
  )
write_reference(
  "planned-size", character(),
  cases = list(
    proportion(.005, .0025, .95), proportion(.5, .05, .95), proportion(.1, .02, .9), proportion(.97, .01, .99),
    see_one(.005, .95), see_one(.01, .95), see_one(.3, .5), see_one(.001, .8),
    oe(.018, .245), oe(.22, .051), oe(.5, .1),
    auc(.8, .018, .0255), auc(.84, .05, .01), auc(.5, .3, .05), auc(.99, .2, .02),
    slope("ten risks", c(.02, .05, .05, .1, .1, .2, .3, .3, .5, .8), .15), slope("three risks", c(.1, .2, .4), .1)
  )
)

arms <- function(control, treated, alpha, power, k, formula) {
  r <- if (formula == "unpooled") {
    "n<-(z(1-alpha/2)+z(power))^2*(pt*(1-pt)+pc*(1-pc)/k)/(pt-pc)^2"
  } else {
    paste0(
      "n<-{pb<-(pt+k*pc)/(1+k);",
      "(z(1-alpha/2)*sqrt(pb*(1-pb)*(1+1/k))+z(power)*sqrt(pt*(1-pt)+pc*(1-pc)/k))^2/(pt-pc)^2}"
    )
  }
  case(
    sprintf("%s, %s against %s, 1:%s", formula, treated, control, k), sprintf("{%s; ceiling(c(k*n,n))}", r),
    one(
      control = control, treated = treated, alpha = alpha, power = power, controlsPerTreated = k,
      pooled = as.numeric(formula == "pooled")
    ),
    reads = list(pc = control, pt = treated, alpha = alpha, power = power, k = k, z = qnorm)
  )
}
# R's own: equal arms, the pooled formula.
equal <- function(control, treated, power)
  case(
    sprintf("power.prop.test, %s against %s", treated, control),
    sprintf("ceiling(power.prop.test(p1=%s,p2=%s,power=%s,tol=1e-12)$n)", control, treated, power),
    one(control = control, treated = treated, alpha = .05, power = power, controlsPerTreated = 1, pooled = 1),
    keep = function(n) c(n, n)
  )
power_of <- function(control, treated, n)
  case(
    sprintf("power, %s against %s, %s each", treated, control, n),
    sprintf("power.prop.test(n=%s,p1=%s,p2=%s)$power", n, control, treated),
    one(control = control, treated = treated, n = n)
  )
write_reference(
  "two-arm-size", character(),
  cases = list(
    arms(.15, .132, .05, .8, 1, "unpooled"), arms(.15, .132, .05, .8, 1, "pooled"),
    arms(.15, .132, .05, .8, 19, "unpooled"), arms(.15, .132, .05, .8, 19, "pooled"),
    arms(.5, .7, .01, .9, .5, "unpooled"), arms(.5, .7, .01, .9, .5, "pooled"),
    equal(.15, .132, .8), equal(.02, .05, .9), power_of(.15, .132, 5000), power_of(.4, .5, 100)
  )
)
