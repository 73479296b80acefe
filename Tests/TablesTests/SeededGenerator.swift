// SPDX-License-Identifier: EUPL-1.2

extension Xorshift: RandomNumberGenerator {}
