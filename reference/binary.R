# Measures of a binary outcome that is known for everybody: average precision, positive predictive value, Brier score, log
# loss, groups of risk, isotonic regression, net benefit, lowess.
source("cases.R")
suppressMessages(library(rms))
suppressMessages(library(pROC))
suppressMessages(library(riskRegression))
source("definitions.R")

colon <- read_table("pred_colon")
data(aSAH)
bleed <- data.frame(y = as.integer(aSAH$outcome == "Poor"), s = aSAH$s100b, p = as.integer(aSAH$wfns))
set.seed(20260108)
rounded <- data.frame(p = pmax(.01, round(rbeta(300, 1.2, 3), 2)))
rounded$y <- rbinom(300, 1, plogis(.2 + .8 * qlogis(rounded$p)))
few <- data.frame(y = c(0, 1, 0, 0, 1, 1, 0, 1), p = c(.1, .2, .2, .3, .3, .5, .5, .8))
scores <- list(asah = bleed[c("y", "s")], colon = data.frame(y = colon$y, s = colon$p),
  rounded = data.frame(y = rounded$y, s = rounded$p), few = data.frame(y = few$y, s = few$p))
risks <- list(colon = colon, rounded = rounded, few = few)
source_of_data <- published(
  "asah", "colon", also = "the risks on colon come from a model and are inputs here; other inputs were made up"
)
each <- function(tables, of) lapply(names(tables), function(name) of(name, tables[[name]]))
scored <- function(d) list(event = d$y, score = d$s)
predicted <- function(d) list(event = d$y, risk = d$p)

write_reference(
  "average-precision", "stats", data = source_of_data, definitions = "ap",
  cases = each(scores, function(name, d) case(name, "ap(y,s)", scored(d), reads = as.list(d)))
)

write_reference(
  "ppv-at-sensitivity", "pROC", data = source_of_data, definitions = "ppv_at",
  cases = unlist(lapply(c(.5, .8, .95, 1), function(target) each(scores, function(name, d) case(
    sprintf("%s at %s", name, target), sprintf("ppv_at(y,s,%s)", target), c(scored(d), sensitivity = target),
    function(v) unlist(v), as.list(d)
  ))), recursive = FALSE)
)

write_reference(
  "binary-scores", c("riskRegression", "rms"), data = source_of_data, definitions = "binary_scores",
  cases = each(risks, function(name, d) case(
    name,
    paste0(
      "{s<-Score(list(m=p),formula=y~1,data=data.frame(y,p),metrics=\"Brier\",se.fit=TRUE,null.model=TRUE,",
      "summary=\"ipa\")$Brier$score; c(list(score=unlist(as.data.frame(s)[2,c(\"Brier\",\"se\",\"lower\",\"upper\",\"IPA\")]),",
      "null=s$Brier[1]),binary_scores(y,p),list(spiegelhalter=unname(val.prob(p,y,pl=FALSE)[c(\"S:z\",\"S:p\")])))}"
    ),
    predicted(d), function(v) {
      v$score <- unname(v$score)
      v
    }, list(y = d$y, p = d$p)
  ))
)

write_reference(
  "hosmer-lemeshow", "stats", data = source_of_data, definitions = c("hl_bins", "hl_q"), absolute = 1e-15,
  cases = unlist(lapply(c(10, 5), function(g) each(risks, function(name, d) case(
    sprintf("%s, %s groups", name, g), sprintf("hl_bins(y,p,%s); hl_q(y,p,%s)", g, g), c(predicted(d), nGroups = g),
    function(v) list(groups = lapply(as.list(v[[1]]), column), test = unname(v[[2]])), list(y = d$y, p = d$p)
  ))), recursive = FALSE)
)

isotonic <- function(name, x, y)
  case(
    name, "{f<-isoreg(x,y); v<-f$yf; if(!f$isOrd) v[f$ord]<-f$yf; v}", list(x = x, y = y), column,
    list(x = x, y = y)
  )
write_reference(
  "isotonic", "stats", data = paste0(source_of_data, "; cars: datasets::cars (Ezekiel 1930)"), absolute = 1e-15,
  cases = c(
    each(risks, function(name, d) isotonic(name, d$p, d$y)),
    list(isotonic("cars", cars$speed, cars$dist), isotonic("falling", 1:5, c(5, 4, 3, 1, 0)))
  )
)

write_reference(
  "binary-decision-curve", "stats", data = source_of_data, definitions = "nb_ci", absolute = 1e-15,
  cases = each(risks, function(name, d) case(
    name, "nb_ci(y,p,thresholds)", c(predicted(d), list(thresholds = c(0, .05, .1, .2, .3, .5))),
    function(v) lapply(v, column), list(y = d$y, p = d$p, thresholds = c(0, .05, .1, .2, .3, .5))
  ))
)

smooth <- function(name, x, y, more = "")
  case(
    name, sprintf("{s<-lowess(x,y,iter=0%s); approx(s,xout=x,ties=function(v) v[1])$y}", more),
    list(x = x, y = y), column, list(x = x, y = y)
  )
write_reference(
  "lowess", "stats", data = paste0(source_of_data, "; cars: datasets::cars (Ezekiel 1930)"),
  relative = 1e-11, absolute = 1e-13,
  cases = c(
    each(risks, function(name, d) smooth(name, d$p, d$y)),
    list(
      smooth("cars", cars$speed, cars$dist),
      smooth("cars, span 0.3, delta 0", cars$speed, cars$dist, ",f=.3,delta=0"),
      smooth("cars, span 1, delta 2", cars$speed, cars$dist, ",f=1,delta=2"),
      smooth("colon, span 0.2, delta 0.1", colon$p, colon$y, ",f=.2,delta=.1")
    )
  )
)
write_reference(
  "calibration-lowess", "rms", data = source_of_data, relative = 1e-11,
  cases = each(risks[c("colon", "rounded")], function(name, d) case(
    name,
    paste0(
      "{v<-val.prob(p,y,pl=FALSE); s<-lowess(p,y,iter=0); a<-abs(approx(s,xout=p,ties=function(x) x[1])$y-p); ",
      "c(v[\"Eavg\"],median(a),v[\"E90\"],v[\"Emax\"])}"
    ),
    predicted(d), unname, list(y = d$y, p = d$p)
  ))
)

# Boyd's logit interval: as many observations as cases.
ap_interval <- function(y, s, level) {
  a <- ap(y, s)
  z <- qnorm(1 - (1 - level) / 2)
  c(a, plogis(qlogis(a) + c(-1, 1) * z / sqrt(sum(y) * a * (1 - a))))
}
set.seed(2013)
ranked <- lapply(c(few = 30, many = 400), function(n) {
  y <- rbinom(n, 1, .2)
  list(y = y, s = round(rnorm(n, y), 1))
})
write_reference(
  "average-precision-interval", character(), definitions = c("ap", "ap_interval"),
  cases = lapply(names(ranked), function(name) {
    d <- ranked[[name]]
    case(name, "ap_interval(y,s,.9)", list(score = d$s, event = d$y), reads = d)
  })
)
