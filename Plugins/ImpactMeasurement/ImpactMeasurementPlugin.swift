// SPDX-License-Identifier: EUPL-1.2

public import StageKit

/// The stages `impact/*`: what a change did, and whether the experiment can be trusted.
public struct ImpactMeasurementPlugin: Plugin {
  public static let name = "impact"
  public static let stages: [any Stage.Type] = [
    DifferenceInMeans.self,
    Regression.self,
    CUPEDAdjustment.self,
    PostStratification.self,
    RatioOutcome.self,
    GeneralisedLinear.self,
    Quantile.self,
    Instrument.self,
    Survival.self,
    Equivalence.self,
    Spillover.self,
    RandomisationTest.self,
    WildBootstrap.self,
    Bootstrap.self,
    MultipleOutcomes.self,
    SteppedWedge.self,
    DifferenceInDifferences.self,
    StaggeredAdoption.self,
    InterruptedTimeSeries.self,
    RegressionDiscontinuity.self,
    SyntheticControl.self,
    Matching.self,
    Trust.self,
    Subgroups.self,
    Tailoring.self,
    Monitor.self,
    Lessons.self,
  ]
}
