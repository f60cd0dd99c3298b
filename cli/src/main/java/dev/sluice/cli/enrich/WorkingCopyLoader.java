package dev.sluice.cli.enrich;

import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Classes and resources of a folder or jar before those of the same name that run here, and a copy of its own of all of {@code
 * dev.sluice.processor}, so that these see what was replaced. What crosses the border, {@code dev.sluice.common} and all libraries, is
 * the same for both sides.
 */
final class WorkingCopyLoader extends URLClassLoader {
    private static final String OURS = "dev.sluice.processor.";
    private static final String SHARED = "dev.sluice.common.";

    WorkingCopyLoader(Path classes, ClassLoader parent) throws MalformedURLException {
        super("working copy " + classes, new URL[] {classes.toUri().toURL()}, parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            String file = name.replace('.', '/') + ".class";
            if (!name.startsWith(SHARED) && findResource(file) != null) {
                return findClass(name);
            }
            return name.startsWith(OURS) ? copyOfReleased(name, file) : super.loadClass(name, resolve);
        }
    }

    private Class<?> copyOfReleased(String name, String file) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(file)) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    @Override
    public @Nullable URL getResource(String name) {
        URL own = findResource(name);
        return own == null ? super.getResource(name) : own;
    }
}
