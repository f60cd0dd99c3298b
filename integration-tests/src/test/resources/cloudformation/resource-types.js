// Prints what is known of some resource types, and of the types that these use, as JSON. Run beside node_modules:
//   node resource-types.js AWS::S3::Bucket ...
const { loadAwsServiceSpecSync } = require('@aws-cdk/aws-service-spec');

const db = loadAwsServiceSpecSync();
const resources = {};
const types = {};

function properties(of) {
  const named = {};
  for (const [name, property] of Object.entries(of.properties)) {
    named[name] = { required: property.required === true, type: property.type };
    follow(property.type);
  }
  return named;
}

function follow(type) {
  if (type.type === 'ref' && !types[type.reference.$ref]) {
    const definition = db.get('typeDefinition', type.reference.$ref);
    const entry = (types[type.reference.$ref] = { name: definition.name });
    entry.properties = properties(definition);
  }
  if (type.element) {
    follow(type.element);
  }
  (type.types || []).forEach(follow);
}

for (const name of process.argv.slice(2)) {
  for (const resource of db.lookup('resource', 'cloudFormationType', 'equals', name)) {
    resources[name] = { properties: properties(resource), attributes: {} };
    for (const [attribute, value] of Object.entries(resource.attributes)) {
      resources[name].attributes[attribute] = value.type;
    }
  }
}
process.stdout.write(JSON.stringify({ resources, types }));
