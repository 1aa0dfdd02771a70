package io.gatun.mesos.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;

/** Scalar values out of JSON. Integers are range-checked; a fraction is accepted only if it is zero ({@code 5.0}). */
final class JsonScalars {
    private static final BigInteger UINT32_MAX = BigInteger.ONE.shiftLeft(32).subtract(BigInteger.ONE);
    private static final BigInteger UINT64_MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final BigInteger INT32_MIN = BigInteger.valueOf(Integer.MIN_VALUE);
    private static final BigInteger INT32_MAX = BigInteger.valueOf(Integer.MAX_VALUE);
    private static final BigInteger INT64_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger INT64_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    /** Longer texts are no numbers that anyone means; the limit keeps conversions cheap. */
    private static final int MAX_NUMBER_CHARS = 400;

    private static final int MAX_INTEGER_DIGITS = 40;

    private JsonScalars() {}

    /** The value, or null for an enum name that is unknown here. */
    static Object read(JsonParser in, FieldDescriptor field) throws IOException, CodecException {
        JsonToken token = in.currentToken();
        return switch (token) {
            case VALUE_STRING -> fromText(in.getText(), field);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> fromNumber(in, field);
            case VALUE_TRUE, VALUE_FALSE -> {
                if (field.getType() != FieldDescriptor.Type.BOOL) {
                    throw mismatch(JsonReader.shown(in), field);
                }
                yield token == JsonToken.VALUE_TRUE;
            }
            default -> throw mismatch(JsonReader.shown(in), field);
        };
    }

    /** The value, or null for an enum name that is unknown here. */
    static Object fromText(String text, FieldDescriptor field) throws CodecException {
        return switch (field.getJavaType()) {
            case STRING -> {
                if (!Surrogates.wellFormed(text)) {
                    throw new CodecException("a string with a lone surrogate must be valid Unicode");
                }
                yield text;
            }
            case BYTE_STRING -> base64(text);
            case ENUM -> field.getEnumType().findValueByName(text);
            case BOOLEAN -> bool(text, field);
            case DOUBLE -> real(text, field);
            case FLOAT -> (float) real(text, field);
            case INT, LONG -> integer(text, field);
            case MESSAGE -> throw mismatch(quoted(text), field);
        };
    }

    private static Object fromNumber(JsonParser in, FieldDescriptor field) throws IOException, CodecException {
        return switch (field.getJavaType()) {
            case DOUBLE -> in.getDoubleValue();
            case FLOAT -> in.getFloatValue();
            case LONG -> {
                // The common case, without a detour over text. Unsigned fields share it as long as nothing is negative.
                if (in.currentToken() == JsonToken.VALUE_NUMBER_INT
                        && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                        && in.getLongValue() >= 0) {
                    yield in.getLongValue();
                }
                yield integer(in.getText(), field);
            }
            case INT -> integer(in.getText(), field);
            default -> throw mismatch(JsonReader.shown(in), field);
        };
    }

    private static ByteString base64(String text) throws CodecException {
        try {
            return ByteString.copyFrom(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new CodecException(quoted(text) + " must be base64: " + e.getMessage(), e);
        }
    }

    private static boolean bool(String text, FieldDescriptor field) throws CodecException {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw mismatch(quoted(text), field);
        };
    }

    private static double real(String text, FieldDescriptor field) throws CodecException {
        return switch (text) {
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            case "NaN" -> Double.NaN;
            default -> {
                if (!numeric(text)) {
                    throw mismatch(quoted(text), field);
                }
                yield Double.parseDouble(text);
            }
        };
    }

    private static Object integer(String text, FieldDescriptor field) throws CodecException {
        BigInteger value = whole(text, field);
        return switch (field.getType()) {
            case UINT32, FIXED32 ->
                within(value, BigInteger.ZERO, UINT32_MAX, text).intValue();
            case UINT64, FIXED64 ->
                within(value, BigInteger.ZERO, UINT64_MAX, text).longValue();
            case INT32, SINT32, SFIXED32 ->
                within(value, INT32_MIN, INT32_MAX, text).intValue();
            default -> within(value, INT64_MIN, INT64_MAX, text).longValue();
        };
    }

    private static BigInteger whole(String text, FieldDescriptor field) throws CodecException {
        if (!numeric(text)) {
            throw mismatch(quoted(text), field);
        }
        BigDecimal value = new BigDecimal(text);
        // Checked before expansion: neither 1e999999999 nor 1e-999999999 may be written out.
        long integerDigits = value.precision() - (long) value.scale();
        if (value.signum() == 0) {
            return BigInteger.ZERO;
        }
        if (integerDigits > MAX_INTEGER_DIGITS) {
            throw new CodecException(text + " must fit 64 bits");
        }
        if (integerDigits <= 0) {
            throw new CodecException(text + " must be a whole number");
        }
        try {
            return value.toBigIntegerExact();
        } catch (ArithmeticException e) {
            throw new CodecException(text + " must be a whole number", e);
        }
    }

    private static BigInteger within(BigInteger value, BigInteger min, BigInteger max, String text)
            throws CodecException {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new CodecException(text + " must be between " + min + " and " + max);
        }
        return value;
    }

    /** Whether the text is a JSON number, but for leading zeros and a leading plus, which Mesos takes in strings. */
    private static boolean numeric(String text) {
        int length = text.length();
        if (length == 0 || length > MAX_NUMBER_CHARS) {
            return false;
        }
        int i = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
        int digits = digitsAt(text, i);
        i += digits;
        if (i < length && text.charAt(i) == '.') {
            int fraction = digitsAt(text, i + 1);
            digits += fraction;
            i += 1 + fraction;
        }
        if (digits == 0) {
            return false;
        }
        if (i < length && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
            i++;
            if (i < length && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
                i++;
            }
            int exponent = digitsAt(text, i);
            // Nine digits always fit BigDecimal's int scale.
            return exponent > 0 && exponent <= 9 && i + exponent == length;
        }
        return i == length;
    }

    private static int digitsAt(String text, int start) {
        int i = start;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i - start;
    }

    private static String quoted(String text) {
        return '"' + (text.length() <= 60 ? text : text.substring(0, 60) + "...") + '"';
    }

    private static CodecException mismatch(String shown, FieldDescriptor field) {
        String expected = switch (field.getJavaType()) {
            case STRING -> "a string";
            case BYTE_STRING -> "a base64 string";
            case ENUM -> "a name of " + field.getEnumType().getFullName();
            case BOOLEAN -> "true or false";
            case DOUBLE, FLOAT -> "a number";
            case INT, LONG -> "a whole number";
            case MESSAGE -> "a JSON object";
        };
        return new CodecException(shown + " must be " + expected);
    }
}
