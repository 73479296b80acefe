// SPDX-License-Identifier: EUPL-1.2
// Probability distributions, computed by Boost.Math. No function throws; where an argument lies
// outside a distribution's domain the answer is NaN.
#ifndef CDISTRIBUTIONS_H
#define CDISTRIBUTIONS_H

#ifdef __cplusplus
extern "C" {
#endif

/// Which distribution; the meaning of the parameters `first`, `second` and `third` stands beside it.
enum DistributionFamily {
  DistributionFamilyNormal,                 // mean, standard deviation
  DistributionFamilyStudentT,               // degrees of freedom
  DistributionFamilyF,                      // numerator df, denominator df
  DistributionFamilyChiSquared,             // degrees of freedom
  DistributionFamilyBeta,                   // first shape, second shape
  DistributionFamilyGamma,                  // shape, scale
  DistributionFamilyBinomial,               // trials, probability
  DistributionFamilyPoisson,                // mean
  DistributionFamilyNonCentralT,            // degrees of freedom, non-centrality
  DistributionFamilyNonCentralF,            // numerator df, denominator df, non-centrality
  DistributionFamilyNonCentralChiSquared    // degrees of freedom, non-centrality
};

/// P(X <= x).
double distribution_cumulative(enum DistributionFamily family, double x, double first,
                               double second, double third);

/// P(X > x), computed without cancellation.
double distribution_upper(enum DistributionFamily family, double x, double first, double second,
                          double third);

/// The x with P(X <= x) = p.
double distribution_quantile(enum DistributionFamily family, double p, double first,
                             double second, double third);

/// The x with P(X > x) = p, exact for tiny p.
double distribution_upper_quantile(enum DistributionFamily family, double p, double first,
                                   double second, double third);

/// The density (or probability) at x.
double distribution_density(enum DistributionFamily family, double x, double first, double second,
                            double third);

#ifdef __cplusplus
}
#endif

#endif
