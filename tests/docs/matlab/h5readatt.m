function value = h5readatt (file, path, name)
  % As MATLAB's, for Octave: from what snippets_test.py read of the file.
  global h5_contents
  value = h5_contents.([file ':' path '@' name]);
end
