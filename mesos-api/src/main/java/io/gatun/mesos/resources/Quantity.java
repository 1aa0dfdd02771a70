package io.gatun.mesos.resources;

import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Value;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** How much there is of one resource: an amount, a set of integers, or a set of names. Immutable. */
sealed interface Quantity permits Quantity.Scalar, Quantity.Names, Intervals {
    boolean isEmpty();

    /** Whether all of {@code other}, which is of the same kind, is here. */
    Quantity plus(Quantity other);

    /** What is left when {@code other}, which is of the same kind, is taken away; never less than nothing. */
    Quantity minus(Quantity other);

    /** Whether all of {@code other}, which is of the same kind, is here. */
    boolean contains(Quantity other);

    Value.Type type();

    /** Sets the value field of {@code into}; its name and type are the caller's. */
    void writeTo(Resource.Builder into);

    /** Mesos' text: {@code 0.5}, {@code [1-2, 5-6]} or <code>{a, b}</code>. */
    String text();

    /** Fixed-point, in thousandths, as Mesos compares scalars. */
    record Scalar(long millis) implements Quantity {
        private static final double MILLIS_PER_UNIT = 1000.0;

        /** Largest amount whose thousandths, and sums of thousands of such, stay exact. */
        static final double MAX_UNITS = 1e12;

        /** Rounds to thousandths. @throws ResourceException if the amount is negative, not finite or above 10^12 */
        static Scalar of(String subject, double units) {
            if (!(units >= 0 && units <= MAX_UNITS)) {
                throw new ResourceException(subject, "an amount must be between 0 and 1000000000000, not " + units);
            }
            return new Scalar(Math.round(units * MILLIS_PER_UNIT));
        }

        double units() {
            return millis / MILLIS_PER_UNIT;
        }

        @Override
        public boolean isEmpty() {
            return millis <= 0;
        }

        @Override
        public Quantity plus(Quantity other) {
            return new Scalar(Math.addExact(millis, ((Scalar) other).millis));
        }

        @Override
        public Quantity minus(Quantity other) {
            return new Scalar(Math.max(0, millis - ((Scalar) other).millis));
        }

        @Override
        public boolean contains(Quantity other) {
            return millis >= ((Scalar) other).millis;
        }

        @Override
        public Value.Type type() {
            return Value.Type.SCALAR;
        }

        @Override
        public void writeTo(Resource.Builder into) {
            into.setScalar(Value.Scalar.newBuilder().setValue(units()));
        }

        @Override
        public String text() {
            return millis % 1000 == 0 ? Long.toString(millis / 1000) : Double.toString(units());
        }
    }

    /** Sorted names. */
    record Names(SortedSet<String> items) implements Quantity {
        public Names {
            items = Collections.unmodifiableSortedSet(new TreeSet<>(items));
        }

        @Override
        public boolean isEmpty() {
            return items.isEmpty();
        }

        @Override
        public Quantity plus(Quantity other) {
            SortedSet<String> union = new TreeSet<>(items);
            union.addAll(((Names) other).items);
            return new Names(union);
        }

        @Override
        public Quantity minus(Quantity other) {
            SortedSet<String> rest = new TreeSet<>(items);
            rest.removeAll(((Names) other).items);
            return new Names(rest);
        }

        @Override
        public boolean contains(Quantity other) {
            return items.containsAll(((Names) other).items);
        }

        @Override
        public Value.Type type() {
            return Value.Type.SET;
        }

        @Override
        public void writeTo(Resource.Builder into) {
            into.setSet(Value.Set.newBuilder().addAllItem(items));
        }

        @Override
        public String text() {
            return "{" + String.join(", ", items) + "}";
        }
    }
}
