# Logistic regression, plain and with a ridge penalty, and the calibration of risks by it. Every fit is converged: the
# last glm() starts at the solution, so that its standard errors come from the weights there.
source("cases.R")
suppressMessages(library(rms))
suppressMessages(library(pROC))
source("definitions.R")

fit_of <- function(f) list(
  coef = column(coef(f)), se = unname(sqrt(diag(vcov(f)))), var = unname(vcov(f)),
  loglik = c(-f$null.deviance, -f$deviance) / 2
)
model <- function(name, formula, d, columns, more = "", also = list())
  case(
    name, sprintf("glm_converged(%s,d%s)", formula, more),
    c(list(event = d$y), lapply(d[columns], as.numeric), also), fit_of, list(d = d)
  )
data(aSAH)
bleed <- data.frame(y = as.integer(aSAH$outcome == "Poor"), s100b = aSAH$s100b, age = aSAH$age,
  man = as.integer(aSAH$gender == "Male"))
births <- data.frame(y = infert$case, spontaneous = infert$spontaneous, induced = infert$induced, age = infert$age)
made_up <- data.frame(
  y = c(0, 1, 0, 1, 1, 0, 1, 0, 1, 1), x = c(1, 2, 2, 4, 5, 3, 3, 6, 6, 7), w = c(1, 2, 3, 1, 1, 4, 2, 1, 1, 5),
  o = c(.2, -.1, .5, 0, -1, .3, .3, 1.1, -.4, .6)
)
made_up$far <- 1e7 + made_up$x
made_up$small <- made_up$x * 1e-9
write_reference(
  "logistic", "stats",
  data = paste(
    published("asah"), "infert: datasets::infert (Trichopoulos et al. 1976, doi:10.1111/j.1471-0528.1976.tb00904.x)",
    sep = "; "
  ),
  definitions = "glm_converged", relative = 1e-9,
  cases = list(
    model("asah, three covariates", "y~s100b+age+man", bleed, c("s100b", "age", "man")),
    model("asah, intercept alone", "y~1", bleed, character()),
    model("infert", "y~spontaneous+induced+age", births, c("spontaneous", "induced", "age")),
    model("ten patients", "y~x", made_up, "x"),
    model("ten patients, far from zero", "y~far", made_up, "far"),
    model("ten patients, tiny units", "y~small", made_up, "small"),
    model("ten rows with weights", "y~x", made_up, "x", ",d$w", list(weight = made_up$w)),
    model("ten patients with an offset", "y~x+offset(o)", made_up, "x", "", list(offset = made_up$o)),
    model("weights and offset", "y~x+offset(o)", made_up, "x", ",d$w",
      list(weight = made_up$w, offset = made_up$o))
  )
)

ridge <- function(name, d, columns, theta, penalised = columns)
  case(
    name,
    sprintf(
      "ridge_fit(as.matrix(d[c(%s)]),d$y,c(%s))", paste0("\"", columns, "\"", collapse = ","),
      paste(ifelse(columns %in% penalised, theta, 0), collapse = ",")
    ),
    c(list(event = d$y), lapply(d[columns], as.numeric)), reads = list(d = d)
  )
write_reference(
  "logistic-ridge", "rms", data = published("asah"), definitions = "ridge_fit", relative = 1e-8,
  cases = list(
    ridge("asah, theta 1", bleed, c("s100b", "age", "man"), 1),
    ridge("asah, theta 20", bleed, c("s100b", "age", "man"), 20),
    ridge("asah, theta 20, age spared", bleed, c("s100b", "age", "man"), 20, c("s100b", "man")),
    ridge("separated, theta 0.5", data.frame(y = c(0, 0, 0, 1, 1, 1), x = c(1, 2, 3, 4, 5, 6)), "x", .5)
  )
)

colon <- read_table("pred_colon")
set.seed(20260106)
skewed <- round(plogis(rnorm(150, -.5, 1.6)), 3)
skewed_event <- rbinom(150, 1, plogis(-.6 + .7 * qlogis(skewed)))
calibration <- function(name, y, p)
  case(
    name, "list(citl(y,p),calslope(y,p),unreliability(y,p))", list(event = y, risk = p),
    function(v) list(inTheLarge = unname(v[[1]]), joint = unname(v[[2]]), test = unname(v[[3]])),
    list(y = y, p = p)
  )
write_reference(
  "logistic-calibration", "rms",
  data = published("colon", also = "the risks come from a model and are inputs here; other inputs were made up"),
  definitions = c("glm_converged", "citl", "calslope", "unreliability"), relative = 1e-8,
  cases = list(
    calibration("colon", colon$y, colon$p),
    calibration("150 patients, risks too extreme", skewed_event, skewed),
    calibration("six patients", c(0, 1, 0, 1, 0, 1), c(.1, .2, .3, .4, .5, .9))
  )
)
