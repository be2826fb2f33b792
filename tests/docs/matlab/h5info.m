function info = h5info (file, path)
  % Of MATLAB's the names of a group's datasets, for Octave: from what snippets_test.py read of the file.
  global h5_contents
  within = [file ':' path '/'];
  names = fieldnames(h5_contents);
  names = strrep(names(strncmp(names, within, numel(within))), within, '');
  info.Datasets = struct('Name', names(cellfun(@(name) ! any(name == '/' | name == '@'), names)));
end
