# Average run lengths of control charts.
source("cases.R")
library(spc)

of <- function(...) as.list(c(...))
cusum <- function(k, h, mu)
  case(
    sprintf("cusum k %s, h %s, shift %s", k, h, mu), sprintf("xcusum.arl(%s,%s,%s,r=120)", k, h, mu),
    of(k = k, h = h, shift = mu)
  )
ewma <- function(l, c, mu)
  case(
    sprintf("ewma lambda %s, limit %s, shift %s", l, c, mu),
    sprintf("xewma.arl(%s,%s,%s,sided=\"two\",r=120)", l, c, mu), of(lambda = l, limit = c, shift = mu)
  )
wide <- function(case) {
  case$r <- sub("r=120", "r=700", case$r)
  case
}
wide_ewma <- function(...) wide(ewma(...))
wide_cusum <- function(...) wide(cusum(...))
write_reference(
  "run-length", "spc", relative = 1e-9,
  cases = c(
    lapply(c(0, .5, 1, 2, -1), function(mu) cusum(.5, 4, mu)), lapply(c(0, 1, 2), function(mu) cusum(.5, 5, mu)),
    list(cusum(.25, 8, 0), cusum(.25, 8, .5), cusum(1, 2.5, 0), cusum(0, 6, 0), cusum(.5, .5, 0)),
    lapply(c(0, .5, 1), function(mu) ewma(.1, 2.814, mu)), lapply(c(0, 1), function(mu) ewma(.2, 2.962, mu)),
    list(ewma(.1, 2.7, 0), ewma(.05, 2.615, 0), ewma(.5, 3.05, -1)),
    # Limits many steps wide need more nodes.
    list(wide_ewma(.005, 3, 0), wide_ewma(.001, 3, 0), wide_ewma(.001, 3, .5), wide_cusum(0, 70, 0)),
    list(wide_cusum(0, 100, 0), wide_cusum(.5, 100, 1.5))
  )
)
