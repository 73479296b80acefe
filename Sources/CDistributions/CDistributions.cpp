// SPDX-License-Identifier: EUPL-1.2
#include "CDistributions.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/distributions/non_central_f.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <limits>

namespace {

namespace math = boost::math;

// Errors become NaN or infinity: nothing may be thrown into Swift. A quantile of a count is the
// smallest count that reaches the probability, as in R.
using Quiet = math::policies::policy<
    math::policies::domain_error<math::policies::ignore_error>,
    math::policies::pole_error<math::policies::ignore_error>,
    math::policies::overflow_error<math::policies::ignore_error>,
    math::policies::underflow_error<math::policies::ignore_error>,
    math::policies::denorm_error<math::policies::ignore_error>,
    math::policies::rounding_error<math::policies::ignore_error>,
    math::policies::evaluation_error<math::policies::ignore_error>,
    math::policies::indeterminate_result_error<math::policies::ignore_error>,
    math::policies::discrete_quantile<math::policies::integer_round_up>>;

template <class Question>
double ask(DistributionFamily family, double first, double second, double third,
           Question question) noexcept {
  try {
    switch (family) {
    case DistributionFamilyNormal:
      return question(math::normal_distribution<double, Quiet>(first, second));
    case DistributionFamilyStudentT:
      return question(math::students_t_distribution<double, Quiet>(first));
    case DistributionFamilyF:
      return question(math::fisher_f_distribution<double, Quiet>(first, second));
    case DistributionFamilyChiSquared:
      return question(math::chi_squared_distribution<double, Quiet>(first));
    case DistributionFamilyBeta:
      return question(math::beta_distribution<double, Quiet>(first, second));
    case DistributionFamilyGamma:
      return question(math::gamma_distribution<double, Quiet>(first, second));
    case DistributionFamilyBinomial:
      return question(math::binomial_distribution<double, Quiet>(first, second));
    case DistributionFamilyPoisson:
      return question(math::poisson_distribution<double, Quiet>(first));
    case DistributionFamilyNonCentralT:
      return question(math::non_central_t_distribution<double, Quiet>(first, second));
    case DistributionFamilyNonCentralF:
      return question(math::non_central_f_distribution<double, Quiet>(first, second, third));
    case DistributionFamilyNonCentralChiSquared:
      return question(math::non_central_chi_squared_distribution<double, Quiet>(first, second));
    }
  } catch (...) {
  }
  return std::numeric_limits<double>::quiet_NaN();
}

} // namespace

double distribution_cumulative(DistributionFamily family, double x, double first, double second,
                               double third) {
  return ask(family, first, second, third,
             [x](const auto &distribution) { return math::cdf(distribution, x); });
}

double distribution_upper(DistributionFamily family, double x, double first, double second,
                          double third) {
  return ask(family, first, second, third, [x](const auto &distribution) {
    return math::cdf(math::complement(distribution, x));
  });
}

double distribution_quantile(DistributionFamily family, double p, double first, double second,
                             double third) {
  return ask(family, first, second, third,
             [p](const auto &distribution) { return math::quantile(distribution, p); });
}

double distribution_upper_quantile(DistributionFamily family, double p, double first,
                                   double second, double third) {
  return ask(family, first, second, third, [p](const auto &distribution) {
    return math::quantile(math::complement(distribution, p));
  });
}

double distribution_density(DistributionFamily family, double x, double first, double second,
                            double third) {
  return ask(family, first, second, third,
             [x](const auto &distribution) { return math::pdf(distribution, x); });
}
