// SPDX-License-Identifier: EUPL-1.2

extension Arms {
  /// Two arms made of others: the control of a contrast, and its treated arms taken together.
  ///
  /// A case of any other arm has code −1 here, though it has an arm.
  init(pooling contrast: ArmContrast, of arms: Arms) {
    parameter = arms.parameter
    column = arms.column
    codes = arms.codes.map { code in contrast.isTreated(code).map { $0 ? 1 : 0 } ?? -1 }
    labels = [contrast.controlLabel, contrast.treatedLabel]
    validity = arms.validity
  }
}
