package io.gatun.containerizer.image;

import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.unpack.LayeredFiles;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads files of an image without mounting it: whiteouts hide, symbolic links stay inside. Any thread. */
public final class ImageFiles {
    private ImageFiles() {}

    /**
     * Reads a file.
     *
     * @param layers roots of the layers, the top one first
     * @param path in the image
     * @param maxBytes that it may have
     * @return empty when the image has no such file
     * @throws ImageException when it is no regular file, or larger
     */
    public static Optional<byte[]> read(List<Path> layers, String path, int maxBytes) {
        Optional<LayeredFiles.Found> found = new LayeredFiles(layers).resolve(path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (OwnedFd file = LayeredFiles.open(found.get())) {
            byte[] content = Fd.read(file.fd(), maxBytes + 1, path);
            if (content.length > maxBytes) {
                throw new ImageException(path + ": has more than " + maxBytes + " bytes");
            }
            return Optional.of(content);
        }
    }
}
