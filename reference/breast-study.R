# The Rotterdam model validated on the German Breast Cancer Study Group, as in studies/breast-recurrence: Cox
# with Efron's ties on follow-up cut at 5 years; size, nodes (winsorised, restricted cubic spline), grade 3.
library(survival)

breast_gbsg <- local({
  development <- rotterdam
  validation <- gbsg
  development$y <- development$rtime / 365.25
  development$rfs <- pmax(development$recur, development$death)
  # Deaths after the last news of relapse count on their own date.
  later <- development$recur == 0 & development$death == 1 & development$rtime < development$dtime
  development$y[later] <- development$dtime[later] / 365.25
  development$csize <- development$size
  validation$y <- validation$rfstime / 365.25
  validation$rfs <- validation$status
  validation$csize <- cut(validation$size, c(-1, 20, 50, 500), c("<=20", "20-50", ">50"))
  most <- quantile(development$nodes, .99, type = 1)
  design <- function(d) {
    d$nodes2 <- pmin(d$nodes, most)
    d$nodes3 <- as.vector(Hmisc::rcspline.eval(d$nodes2, knots = c(0, 1, 9)))
    d$grade3 <- as.integer(d$grade == 3)
    d$s1 <- as.integer(as.integer(d$csize) == 2)
    d$s2 <- as.integer(as.integer(d$csize) == 3)
    d
  }
  development <- design(development)
  validation <- design(validation)
  development$rfs[development$y > 5] <- 0
  development$y <- pmin(development$y, 5)
  # The tolerance of coxph.control() for Cholesky's decomposition stays at its default, of which it warns.
  fit <- suppressWarnings(coxph(
    Surv(y, rfs) ~ s1 + s2 + nodes2 + nodes3 + grade3, development,
    x = TRUE, control = coxph.control(eps = 1e-14, iter.max = 100)
  ))
  X <- as.matrix(validation[c("s1", "s2", "nodes2", "nodes3", "grade3")])
  lp1 <- drop(X %*% coef(fit))
  curves <- survfit(fit, newdata = validation, se.fit = FALSE)
  risk <- function(h) 1 - as.vector(summary(curves, times = h, extend = TRUE)$surv)
  with(validation, data.frame(y, rfs, lp1 = lp1, r12 = risk(1), r24 = risk(2), r60 = risk(5), grade))
})
