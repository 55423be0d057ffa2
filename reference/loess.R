# Local regression computed outright at every point, and the calibration errors read from it.
source("cases.R")

fitted_at <- "predict(loess(y~x,span=%s,degree=%s,surface=\"direct\"),data.frame(x=at))"
of <- function(name, x, y, span, degree, at = x) {
  input <- list(x = x, y = y, span = span, degree = degree, at = at)
  case(name, sprintf(fitted_at, span, degree), input, column, list(x = x, y = y, at = at))
}
distances <- c(4, 7.5, 12.2, 15, 19.7, 24, 25)
some <- c(.03, .11, .18, .19, .31, .38, .44, .57, .6, .72, .93, .99)
rise <- c(.1, .4, .2, .9, 1.1, .7, 1.6, 1.2, 2.5, 2.2, 3.1, 2.7)
set.seed(20260105)
risk <- round(plogis(rnorm(240, -1, 1.4)), 4)
event <- rbinom(240, 1, plogis(.3 + .6 * qlogis(risk)))
set.seed(4)
tied <- round(rbeta(300, 2, 3), 2)
tied_event <- rbinom(300, 1, tied)
errors <- "{f<-predict(loess(y~p,span=.75,degree=2,surface=\"direct\")); a<-abs(f-p); c(ICI=mean(a),E50=median(a),E90=unname(quantile(a,.9)),Emax=max(a))}"
write_reference(
  "loess", "stats", data = "cars: datasets::cars (Ezekiel 1930, Methods of Correlation Analysis); other inputs were made up",
  cases = c(
    unlist(lapply(c(1, 2), function(degree) lapply(c(.3, .5, .75, 1, 1.5, 4), function(span) with(cars, of(
      sprintf("cars, span %s, degree %s", span, degree), speed, dist, span, degree, sort(unique(c(speed, distances)))
    )))), recursive = FALSE),
    list(
      of("12 points, half of them weigh", some, rise, .5, 2),
      of("12 points, line through 4", some, rise, .34, 1),
      of("far from zero", 1e6 + some, rise, .75, 2)
    )
  ),
  relative = 1e-9
)
write_reference(
  "calibration-loess", "stats", data = "inputs were made up",
  cases = list(
    case("240 patients", errors, list(risk = risk, outcome = event), reads = list(p = risk, y = event)),
    case("300 patients, tied risks", errors, list(risk = tied, outcome = tied_event),
      reads = list(p = tied, y = tied_event))
  ),
  relative = 1e-9
)
