// swift-tools-version: 6.2
// SPDX-License-Identifier: EUPL-1.2

import Foundation
import PackageDescription

/// What every Swift target is compiled with.
///
/// The map of who may import whom is `Tests/LayeringTests`.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .treatAllWarnings(as: .error),
]

/// Targets that call no C are also held to strict memory safety.
let strict = house + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(
  name: "OrderedCollections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")

/// A stage plugin; it names its path because SwiftPM keeps `Plugins/` for package plugins.
func plugin(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Plugins/\(name)", swiftSettings: strict)
}

/// Fixtures, snapshots and tests in other languages are read from where they lie, beside the tests.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  let folder = "\(Context.packageDirectory)/Tests/\(name)"
  return .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)",
    exclude: ["Fixtures", "Snapshots", "Languages"].filter {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    },
    swiftSettings: house)
}

/// What an agency may depend on from its own package.
let products = [
  "StageKit", "StageTesting", "Commands", "Experiments", "Documents", "Tables", "FEEL",
  "Statistics", "Reports", "PilotIntake", "RuleChange", "ImpactMeasurement", "Evaluation",
  "External",
]

let package = Package(
  name: "proeftuin",
  products: [.executable(name: "proeftuin", targets: ["proeftuin"])]
    + products.map { .library(name: $0, targets: [$0]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
  ],
  targets: [
    // 0: the system's C libraries
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(
      name: "CXLSXWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CReadStat", providers: [.apt(["libreadstat-dev"])]),
    .systemLibrary(
      name: "CLAPACK", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CDecimal", providers: [.apt(["libintelrdfpmath-dev"])]),
    .systemLibrary(name: "CProcess"),
    .target(
      name: "CDistributions",
      linkerSettings: [.linkedLibrary("m"), .linkedLibrary("stdc++")]),
    // Loops as wide as the processor goes.
    .target(name: "CKernels"),
    // 1
    .target(name: "Documents", dependencies: ["CYAML", collections], swiftSettings: house),
    .target(name: "Digests", dependencies: [crypto], swiftSettings: strict),
    .target(
      name: "Tables",
      dependencies: [
        "CZip", "CExpat", "CXLSXWriter", "CZlib", "CZstd", "CSQLite", "CPQ", "CReadStat",
        collections,
      ], swiftSettings: house),
    // 2
    .target(
      name: "FEEL", dependencies: ["Tables", "CDecimal", "CKernels"], swiftSettings: house,
      // The decimal library calls sqrt.
      linkerSettings: [.linkedLibrary("m")]),
    // 3
    .target(
      name: "StageKit", dependencies: ["Documents", "Tables", "FEEL", logging],
      swiftSettings: strict),
    .target(name: "Experiments", dependencies: ["Documents", "Tables"], swiftSettings: strict),
    .target(
      name: "Reports", dependencies: ["Documents", "Tables", mustache],
      resources: [.embedInCode("Templates")], swiftSettings: house),
    .target(
      name: "Statistics", dependencies: ["Tables", "CLAPACK", "CDistributions"],
      swiftSettings: house),
    // 4
    .target(
      name: "Pipelines",
      dependencies: ["StageKit", "Documents", "Tables", "FEEL", "Digests", logging],
      swiftSettings: strict),
    // 5
    plugin("PilotIntake", ["StageKit", "Experiments", "Documents", "Tables", "FEEL", "Digests"]),
    // Decision models are XML.
    plugin("RuleChange", ["StageKit", "Experiments", "Documents", "Tables", "FEEL", "CExpat"]),
    plugin("ImpactMeasurement", ["StageKit", "Experiments", "Documents", "Tables", "Statistics"]),
    plugin(
      "Evaluation",
      ["StageKit", "Experiments", "Documents", "Tables", "Statistics", "Reports"]),
    .target(
      name: "External",
      dependencies: [
        "StageKit", "Documents", "Tables", "Digests", "CProcess", subprocess, systemPackage,
      ],
      path: "Plugins/External",
      resources: [.embedInCode("Languages"), .embedInCode("Scaffold/Templates")],
      swiftSettings: house),
    .target(
      name: "StageTesting",
      dependencies: ["Pipelines", "StageKit", "Documents", "Tables", "Digests"],
      swiftSettings: strict),
    .target(
      name: "RunStore",
      dependencies: ["Pipelines", "StageKit", "Documents", "Tables", "Digests", database],
      swiftSettings: house),
    // 7 and 8 (6, the web pages, is a later issue)
    .target(
      name: "Commands",
      dependencies: [
        "RunStore", "Pipelines", "Reports", "StageKit", "Experiments", "Documents", "Tables",
        "Digests", argumentParser,
      ],
      resources: [.embedInCode("Templates")], swiftSettings: house),
    .executableTarget(
      name: "proeftuin",
      dependencies: [
        "Commands", "PilotIntake", "RuleChange", "ImpactMeasurement", "Evaluation", "External",
      ],
      swiftSettings: strict),
    // Tests, and the figures of `make bench`
    .target(name: "BenchmarkFigures", path: "Tests/BenchmarkFigures", swiftSettings: house),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "proeftuin", "BenchmarkFigures", "StageKit", "FEEL", "Tables", "Documents",
      ],
      path: "Tests/Benchmarks", swiftSettings: house),
    .executableTarget(
      name: "EstimatorBenchmarks",
      dependencies: ["BenchmarkFigures", "Statistics", "Tables"],
      path: "Tests/EstimatorBenchmarks", exclude: ["peers"], swiftSettings: house),
    .target(
      name: "Differential", dependencies: ["FEEL", "Tables"], path: "Tests/Differential",
      swiftSettings: house),
    .executableTarget(
      name: "RuleBenchmarks",
      dependencies: [
        "BenchmarkFigures", "Differential", "RuleChange", "StageTesting", "StageKit", "FEEL",
        "Tables", "Documents",
      ],
      path: "Tests/RuleBenchmarks", exclude: ["peers"], swiftSettings: house),
    tests("DocumentsTests", ["Documents"]),
    tests("DigestsTests", ["Digests"]),
    tests("TablesTests", ["Tables", "CZip", "CSQLite", "CPQ"]),
    tests("FEELTests", ["FEEL", "Tables", "Differential"]),
    tests("StatisticsTests", ["Statistics"]),
    tests("ReportsTests", ["Reports", "Documents", "Tables"]),
    tests("StageKitTests", ["StageKit", "StageTesting", "Documents", "Tables", "FEEL"]),
    tests("ExperimentsTests", ["Experiments", "Documents", "Tables"]),
    tests(
      "PipelinesTests",
      ["Pipelines", "StageKit", "StageTesting", "Documents", "Tables", "FEEL", "Digests"]),
    tests(
      "RunStoreTests",
      ["RunStore", "Pipelines", "StageKit", "Documents", "Tables", "Digests", database]),
    tests(
      "PilotIntakeTests",
      [
        "PilotIntake", "StageTesting", "Pipelines", "StageKit", "Experiments", "Documents",
        "Tables", "FEEL", "Digests",
      ]),
    tests(
      "RuleChangeTests",
      [
        "RuleChange", "StageKit", "StageTesting", "Experiments", "Documents", "Tables", "FEEL",
        "Differential",
      ]),
    tests(
      "ImpactMeasurementTests",
      ["ImpactMeasurement", "StageKit", "Experiments", "Documents", "Tables", "FEEL"]),
    tests(
      "EvaluationTests",
      ["Evaluation", "StageKit", "StageTesting", "Experiments", "Documents", "Tables"]),
    tests(
      "ExternalTests",
      [
        "External", "Pipelines", "RunStore", "StageTesting", "StageKit", "Documents", "Tables",
        "Digests",
      ]),
    tests("CommandsTests", ["proeftuin", "Documents", "StageKit"]),
    tests(
      "ExamplePipelinesTests",
      [
        "PilotIntake", "RuleChange", "ImpactMeasurement", "Evaluation", "Pipelines", "StageTesting",
        "StageKit", "Experiments", "Documents", "Tables",
      ]),
    tests("LayeringTests", []),
  ]
)

// `make fuzz`: its main function is libFuzzer's, which ordinary builds do not link.
if Context.environment["PROEFTUIN_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzzing", dependencies: ["Documents", "Tables", "CZlib", "CZstd"],
      path: "Tests/Fuzzing", exclude: ["Seeds"], swiftSettings: house))
}
