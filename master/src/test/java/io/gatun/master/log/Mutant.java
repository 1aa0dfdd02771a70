package io.gatun.master.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The protocol with an error in it: one class compiled again with a line changed, and a simulation of it. So errors can be
 * planted without the real classes knowing of it.
 */
final class Mutant {
    private static final Path SOURCES = Path.of("src/main/java/io/gatun/master/log");
    private static final String PACKAGE = "io.gatun.master.log.";

    private final ClassLoader loader;

    /**
     * Compiles.
     *
     * @param file in this package
     * @param from what must be in it exactly once
     */
    Mutant(String file, String from, String to) {
        try {
            String source = Files.readString(SOURCES.resolve(file));
            if (source.split(java.util.regex.Pattern.quote(from), -1).length != 2) {
                throw new IllegalArgumentException(file + ": must contain exactly once: " + from);
            }
            this.loader = new Loader(compile(file, source.replace(from, to)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The message of what a simulation of it finds; null when it finds nothing. */
    String simulate(long seed) throws ReflectiveOperationException {
        Class<?> type = loader.loadClass(PACKAGE + "Simulation");
        var constructor = type.getDeclaredConstructor(long.class);
        constructor.setAccessible(true);
        var run = type.getDeclaredMethod("run");
        run.setAccessible(true);
        try {
            run.invoke(constructor.newInstance(seed));
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause().getMessage();
        }
    }

    private static Map<String, byte[]> compile(String file, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, ByteArrayOutputStream> classes = new HashMap<>();
        JavaFileObject unit = new SimpleJavaFileObject(URI.create("string:///" + file), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        StringWriter errors = new StringWriter();
        JavaFileManager files = new Outputs(compiler.getStandardFileManager(null, null, null), classes);
        boolean compiled = compiler.getTask(
                        errors,
                        files,
                        null,
                        List.of("-proc:none", "-cp", System.getProperty("java.class.path")),
                        null,
                        List.of(unit))
                .call();
        if (!compiled) {
            throw new IllegalArgumentException(file + ": " + errors);
        }
        Map<String, byte[]> bytes = new HashMap<>();
        classes.forEach((name, out) -> bytes.put(name, out.toByteArray()));
        return bytes;
    }

    private static final class Outputs extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes;

        Outputs(JavaFileManager delegate, Map<String, ByteArrayOutputStream> classes) {
            super(delegate);
            this.classes = classes;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mem:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return classes.computeIfAbsent(name, _ -> new ByteArrayOutputStream());
                }
            };
        }
    }

    /** Has its own copy of the whole package, so that the changed class and the others see each other. */
    private static final class Loader extends ClassLoader {
        private final Map<String, byte[]> changed;

        Loader(Map<String, byte[]> changed) {
            super(Mutant.class.getClassLoader());
            this.changed = changed;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(PACKAGE)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                byte[] bytes = changed.containsKey(name) ? changed.get(name) : original(name);
                return defineClass(name, bytes, 0, bytes.length);
            }
        }

        private byte[] original(String name) throws ClassNotFoundException {
            try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
