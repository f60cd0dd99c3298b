package dev.sluice.loader.load;

/** What the loader's thread does: the migrations once, then passes. */
final class LoaderWork implements LoadLoop.Work {
    private final Migrations migrations;
    private final LoadPass pass;
    private final Loader loader;

    LoaderWork(Migrations migrations, LoadPass pass, Loader loader) {
        this.migrations = migrations;
        this.pass = pass;
        this.loader = loader;
    }

    @Override
    public void prepare() throws LoadFailure {
        migrations.run();
    }

    @Override
    public boolean pass() throws LoadFailure {
        return pass.run();
    }

    @Override
    public void abort() {
        loader.abort();
    }
}
