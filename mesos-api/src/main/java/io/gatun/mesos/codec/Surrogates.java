package io.gatun.mesos.codec;

/** Whether a string is well-formed UTF-16, so that it has a UTF-8 form. */
final class Surrogates {
    private Surrogates() {}

    static boolean wellFormed(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair =
                        Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
