package io.gatun.ffm.process;

import io.gatun.ffm.Arch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A {@link SyscallTable}, encoded but for what is known only when it is used: names, numbers that are bound, and where it
 * lies in memory. The same for all containers of a kind, so that a launch copies it and fills in the rest. Immutable; any
 * thread.
 */
public final class CompiledTable {
    private final SyscallTable table;
    private final NameForm form;
    private final byte[] image;
    private final int[] pointers;
    private final List<TableCompiler.OpenNumber> numbers;
    private final List<TableCompiler.OpenWord> texts;
    private final List<TableCompiler.OpenWord> lengths;
    private final List<TableCompiler.OpenList> lists;

    private CompiledTable(SyscallTable table, NameForm form, TableCompiler compiler) {
        this.table = table;
        this.form = form;
        this.image = compiler.bytes.bytes();
        this.pointers = compiler.pointers.stream().mapToInt(Integer::intValue).toArray();
        this.numbers = List.copyOf(compiler.numbers);
        this.texts = List.copyOf(compiler.texts);
        this.lengths = List.copyOf(compiler.lengths);
        this.lists = List.copyOf(compiler.lists);
    }

    /**
     * Compiles a table in which no name is left open.
     *
     * @throws IllegalArgumentException when an operand names no earlier result
     */
    public static CompiledTable of(Arch arch, SyscallTable table) {
        return of(arch, table, NameForm.NONE);
    }

    /**
     * Compiles a table.
     *
     * @param form the placeholders in it
     * @throws IllegalArgumentException when an operand names no earlier result
     */
    public static CompiledTable of(Arch arch, SyscallTable table, NameForm form) {
        return new CompiledTable(table, form, new TableCompiler(arch, table, form));
    }

    /**
     * The table with names, complete but for its address and what is bound.
     *
     * @throws IllegalArgumentException when these are the names of another form
     */
    public Filled with(Names names) {
        if (!names.form().equals(form)) {
            throw new IllegalArgumentException(
                    names + ": must be of the form that the table was compiled for, " + form.texts());
        }
        if (texts.isEmpty() && lengths.isEmpty() && lists.isEmpty()) {
            return new Filled(this, image.clone(), pointers);
        }
        byte[][] open = new byte[texts.size()][];
        for (int i = 0; i < open.length; i++) {
            open[i] = utf8(texts.get(i).text().with(names));
        }
        byte[][][] strings = new byte[lists.size()][][];
        for (int i = 0; i < strings.length; i++) {
            strings[i] = utf8(names.lists().get(lists.get(i).index()));
        }
        Bytes all = new Bytes(image, image.length + size(open) + size(strings));
        int[] every = Arrays.copyOf(pointers, pointers.length + open.length + pointers(strings));
        int count = pointers.length;
        for (int i = 0; i < open.length; i++) {
            every[count++] = texts.get(i).at();
            all.word(texts.get(i).at(), all.add(open[i], 1));
        }
        for (int i = 0; i < strings.length; i++) {
            int array = all.reserve((strings[i].length + 1) * Long.BYTES);
            every[count++] = lists.get(i).at();
            all.word(lists.get(i).at(), array);
            for (int k = 0; k < strings[i].length; k++) {
                every[count++] = array + k * Long.BYTES;
                all.word(array + k * Long.BYTES, all.add(strings[i][k], 1));
            }
        }
        for (TableCompiler.OpenWord length : lengths) {
            all.word(length.at(), utf8(length.text().with(names)).length);
        }
        return new Filled(this, all.bytes(), every);
    }

    private static int size(byte[][] texts) {
        int bytes = 0;
        for (byte[] text : texts) {
            bytes += Bytes.aligned(text.length + 1);
        }
        return bytes;
    }

    private static int size(byte[][][] lists) {
        int bytes = 0;
        for (byte[][] list : lists) {
            bytes += size(list) + (list.length + 1) * Long.BYTES;
        }
        return bytes;
    }

    private static int pointers(byte[][][] lists) {
        int pointers = lists.length;
        for (byte[][] list : lists) {
            pointers += list.length;
        }
        return pointers;
    }

    private static byte[][] utf8(List<String> texts) {
        byte[][] all = new byte[texts.size()][];
        for (int i = 0; i < all.length; i++) {
            all[i] = utf8(texts.get(i));
        }
        return all;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A table whose bytes are complete but for its address and what is bound. Used once, by one thread. */
    public static final class Filled {
        private final CompiledTable of;
        private final byte[] bytes;
        private final int[] pointers;

        private Filled(CompiledTable of, byte[] bytes, int[] pointers) {
            this.of = of;
            this.bytes = bytes;
            this.pointers = pointers;
        }

        /** What it was compiled of. */
        public SyscallTable table() {
            return of.table;
        }

        /** How many bytes it has. */
        public int size() {
            return bytes.length;
        }

        /**
         * Its bytes, which it gives away.
         *
         * @param address of the first of them, when the child runs it
         * @param bindings the value of every {@link Operand.Bound}
         * @throws IllegalArgumentException when a name is not bound
         */
        public byte[] at(long address, Map<String, Long> bindings) {
            ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            for (int pointer : pointers) {
                words.putLong(pointer, words.getLong(pointer) + address);
            }
            for (TableCompiler.OpenNumber number : of.numbers) {
                Long value = bindings.get(number.name());
                if (value == null) {
                    throw new IllegalArgumentException(number.record() + ": " + number.name() + ": is not bound");
                }
                words.putLong(number.at(), value);
            }
            return bytes;
        }
    }
}
