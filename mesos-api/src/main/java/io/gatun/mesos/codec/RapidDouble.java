package io.gatun.mesos.codec;

import java.math.BigDecimal;

/**
 * Doubles as rapidjson writes them, which Mesos uses: the shortest digits that read back, plain notation with at least one
 * decimal up to 21 integer digits and down to 1e-6, otherwise {@code 1.5e30} with neither plus sign nor zero padding.
 */
final class RapidDouble {
    private static final int MAX_PLAIN_DIGITS = 21;
    private static final int MIN_PLAIN_POINT = -6;

    private RapidDouble() {}

    /** Formats a finite value. */
    static String format(double value) {
        String text = Double.toString(value);
        // Java switches to E notation below 1e-3 and from 1e7 on; in between both forms are the same.
        return text.indexOf('E') < 0 ? text : format(new BigDecimal(text).stripTrailingZeros());
    }

    private static String format(BigDecimal value) {
        String sign = value.signum() < 0 ? "-" : "";
        String digits = value.unscaledValue().abs().toString();
        // The value is 0.DIGITS * 10^point.
        int point = digits.length() - value.scale();
        if (point >= digits.length() && point <= MAX_PLAIN_DIGITS) {
            return sign + digits + "0".repeat(point - digits.length()) + ".0";
        }
        if (point > 0 && point <= MAX_PLAIN_DIGITS) {
            return sign + digits.substring(0, point) + "." + digits.substring(point);
        }
        if (point > MIN_PLAIN_POINT && point <= 0) {
            return sign + "0." + "0".repeat(-point) + digits;
        }
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        return sign + digits.charAt(0) + fraction + "e" + (point - 1);
    }
}
