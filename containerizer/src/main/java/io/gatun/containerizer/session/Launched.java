package io.gatun.containerizer.session;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.Privileges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of a container's configuration counts for programs that are run in it later, perhaps by another agent: user,
 * privileges, root. A file {@code launched}, readable by its owner only, of those containers that are out of the ordinary
 * in one of these. Neither environment nor volumes are in it: they may hold secrets.
 */
public final class Launched {
    /** Its name; removed with the rest of the directory. */
    public static final String FILE = "launched";

    private static final String UNUSED = "-";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .annotationIntrospector(new SealedTypes())
            // Filesystem.isolated() is a question, and no property "olated".
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Launched() {}

    /** A sealed interface is written with the simple name of the record that implements it. */
    private static final class SealedTypes extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonTypeInfo.Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
            return annotated.getRawType().isSealed()
                    ? JsonTypeInfo.Value.construct(
                            JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, "kind", null, false, true, null)
                    : super.findPolymorphicTypeInfo(config, annotated);
        }

        @Override
        public List<NamedType> findSubtypes(Annotated annotated) {
            return annotated.getRawType().isSealed()
                    ? Arrays.stream(annotated.getRawType().getPermittedSubclasses())
                            .map(type -> new NamedType(type, type.getSimpleName()))
                            .toList()
                    : super.findSubtypes(annotated);
        }
    }

    /** Saves it, where there is something to save. */
    public static void save(ContainerConfig config, Path directory) {
        ContainerConfig kept = bare(config);
        if (ordinary(kept)) {
            return;
        }
        Path file = directory.resolve(FILE);
        try (OwnedFd out = Fd.open(file, Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC, 0600)) {
            Fd.write(out.fd(), JSON.writeValueAsBytes(kept), file);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("write " + file, e);
        }
    }

    private static ContainerConfig bare(ContainerConfig config) {
        Filesystem files = config.filesystem();
        return config.withArgv(List.of(UNUSED))
                .withEnvironment(Map.of())
                .with(new Filesystem(
                        Optional.empty(),
                        files.root(),
                        files.workingDirectory(),
                        files.readOnlyRoot(),
                        List.of(),
                        files.diskBytes(),
                        files.masked()))
                .with(NetworkConfig.HOST);
    }

    private static boolean ordinary(ContainerConfig config) {
        return config.filesystem().equals(Filesystem.DEFAULT)
                && config.privileges().equals(Privileges.DEFAULT)
                && config.namespaces().equals(NamespaceConfig.DEFAULT)
                && config.user().isEmpty();
    }

    /** What was saved; empty for a container that is not out of the ordinary. */
    public static Optional<ContainerConfig> load(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), ContainerConfig.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file, e);
        }
    }
}
