// SPDX-License-Identifier: EUPL-1.2

public import StageKit

/// The stages `impact/*`: what a change did, and whether the experiment can be trusted.
public struct ImpactMeasurementPlugin: Plugin {
  public static let name = "impact"
  public static let stages: [any Stage.Type] = [
    DifferenceInMeans.self,
    Regression.self,
    DifferenceInMeans.self, Regression.self,
    GeneralisedLinear.self, Quantile.self, Survival.self, Equivalence.self, Spillover.self,
    Trust.self,
    DifferenceInDifferences.self,
    StaggeredAdoption.self,
    CUPEDAdjustment.self,
    PostStratification.self,
    RatioOutcome.self,
    Instrument.self,
    GeneralisedLinear.self,
    Survival.self,
    RandomisationTest.self,
    WildBootstrap.self,
    Bootstrap.self,
    MultipleOutcomes.self,
    RegressionDiscontinuity.self,
    InterruptedTimeSeries.self,
    SyntheticControl.self,
    Matching.self,
    Subgroups.self,
    Lessons.self,
    Monitor.self,
    DifferenceInMeans.self, Regression.self, Trust.self,
    Lessons.self, Monitor.self, Tailoring.self,
  ]
}
